"""Requests hidden in others, against the store itself: each would delete what it must not."""

import contextlib

import pytest

from tests.hostile.attack import DATA, Attack, Place, attack
from tests.server.test_requests import SMUGGLING, refusal

# The framing's vectors that make sense with a store behind them.
VECTORS = {name: raw for name, raw in SMUGGLING.items() if raw.startswith(b"PUT /echo")}


def hidden(place: Place) -> bytes:
    return place.request(Attack(frozenset(), "DELETE", "/c/o"))


@pytest.mark.parametrize("name", VECTORS)
def test_no_ambiguous_framing_hides_a_request(place: Place, name: str) -> None:
    token = b"\r\nX-Auth-Token: " + place.client.token.encode()
    target = f"PUT /v1/{place.client.account}/c/o".encode()
    raw = VECTORS[name].replace(b"PUT /echo", target).replace(b"Host: x", b"Host: x" + token)
    with place.wire() as wire:
        with contextlib.suppress(ConnectionError):
            wire.send(raw + hidden(place))
        assert wire.answer().status == refusal(name)
        assert wire.is_closed()
    assert place.client.get("c/o").body == DATA
    place.check_alive()


@pytest.mark.parametrize(
    ("expected", "method", "path", "token"),
    [
        ("200", "GET", "/c/o", True),
        ("204", "GET", "/c?prefix=none", True),
        ("401", "PUT", "/c/o", False),
        ("404", "PUT", "/none/o", True),
        ("405", "PATCH", "/c/o", True),
        ("409", "DELETE", "/c", True),
        ("400", "PUT", "/c/%FF", True),
    ],
)
def test_no_body_becomes_a_request(
    place: Place, expected: str, method: str, path: str, token: bool
) -> None:
    shot = Attack(frozenset({int(expected)}), method, path, (), hidden(place), token)
    with place.wire() as wire:
        wire.send(place.request(shot))
        assert wire.answer(method).status == int(expected)
        wire.send(place.request(attack("200", "GET", "/c/o")))
        with contextlib.suppress(ConnectionError):  # it may have closed instead of reading on
            again = wire.answer()
            assert (again.status, again.body) == (200, DATA)
    assert place.client.get("c/o").body == DATA
    place.check_alive()
