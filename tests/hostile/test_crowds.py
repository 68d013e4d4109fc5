"""A hundred strangers who hold on, and what another client notices of them."""

import os
import time
from collections.abc import Callable, Iterator

import pytest

from tests.api.client import Client
from tests.api.server import Serve, Server
from tests.hostile.attack import Place
from tests.hostile.crowd import Holding, crowd
from tests.server.wire import CHUNKED, head, length

SIZE = 100  # three times the threads that the server may have
SECONDS = 0.4
SAMPLES = 100
P99_SECONDS = 3.0  # on a busy machine; where they hold threads it is more than ten
JSON = b"Content-Type: application/json"
FORM = b"Content-Type: multipart/form-data; boundary=b"
URLENCODED = b"Content-Type: application/x-www-form-urlencoded"
BOGUS = b"X-Auth-Token: nobodys"
FIELDS = b'--b\r\nContent-Disposition: form-data; name="redirect"\r\n\r\n' + b"x" * 2000
LARGE = length(1_000_000)


def sends(target: str, *fields: bytes, method: str = "POST", body: bytes = b"{" * 2000) -> Holding:
    said = head(method, target, b"".join(field + b"\r\n" for field in fields))
    return Holding(said.replace(b"Host: x", b"Host: localhost"), body)


SENDERS = {
    "login by JSON": sends("/v2.0/tokens", JSON, length(2000)),
    "chunked login": sends("/v3/auth/tokens", JSON, CHUNKED, body=b"7d0\r\n" + b"{" * 2000),
    "login by a form": sends("/login", URLENCODED, length(2000)),
    "FormPost": sends("/v1/AUTH_a/c/", FORM, LARGE, body=FIELDS),
    "chunked FormPost": sends("/v1/AUTH_a/c/", FORM, CHUNKED, body=b"fffff\r\n" + FIELDS),
    "bulk": sends("/v1/AUTH_a?bulk-delete", BOGUS, LARGE),
    "PUT": sends("/v1/a/c/o", BOGUS, LARGE, method="PUT"),
    "small PUT": sends("/v1/a/c/o", BOGUS, length(2000), method="PUT"),
    "head": Holding(b"GET / HTTP/1.1\r\nX-A: ", b"b" * 2000),
    "empty lines": Holding(b"", b"\r\n" * 2000),
}


@pytest.fixture(scope="module")
def server(serve: Serve) -> Iterator[Server]:
    """A server whose threads are few: 4, and 32 while all are held up."""
    few = {"PITHOS_WORKERS": "1", "PITHOS_THREADS": "4"}
    with serve(PITHOS_DEBUG="0", PITHOS_ALLOWED_HOSTS="localhost,127.0.0.1", **few) as running:
        yield running


@pytest.fixture
def small(place: Place) -> Client:
    """A user with an object of 4 KiB, ``c/small``."""
    assert place.client.put("c/small", os.urandom(4096)).status == 201
    return place.client


def probe(client: Client) -> list[float]:
    """Seconds of each GET and HEAD, on kept and on new connections, for a while."""
    taken: list[float] = []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until or len(taken) < SAMPLES:
        for ask in (client.get, client.head):
            began = time.monotonic()
            assert ask("c/small").status == 200
            taken.append(time.monotonic() - began)
        client.connection.close()
    return sorted(taken)


def check_served(client: Client, holding: Holding, addresses: int) -> None:
    with crowd(client.address[1], holding, SIZE, addresses):
        time.sleep(1)
        taken = probe(client)
    assert taken[len(taken) * 99 // 100] < P99_SECONDS, taken[-10:]


@pytest.mark.parametrize(
    ("name", "addresses"), [*((name, 250) for name in SENDERS), ("PUT", 1), ("empty lines", 1)]
)
def test_strangers_who_hardly_send_hold_nobody_up(small: Client, name: str, addresses: int) -> None:
    check_served(small, SENDERS[name], addresses)


@pytest.mark.parametrize("addresses", [1, 250])
def test_strangers_who_hardly_read_hold_nobody_up(small: Client, addresses: int) -> None:
    content = os.urandom(4 << 20)  # more than the kernel takes of it
    assert small.put("c/large", content, {"X-Object-Public": "true"}).status == 201
    url = small.head("c/large")["X-Object-Public"]
    check_served(small, Holding(head("GET", url)), addresses)


def test_whoever_is_known_may_send_on_a_slow_line(
    small: Client, new_user: Callable[[], Client]
) -> None:
    """20 kB a second among strangers who take all seats, for longer than anyone's first look."""
    with crowd(small.address[1], SENDERS["bulk"], SIZE, 250):
        slow = new_user()
        assert slow.put("c").status == 201
        pieces = [os.urandom(5_000) for _ in range(12)]
        slow.connection.putrequest("PUT", slow.url("c/o"))
        slow.connection.putheader("X-Auth-Token", slow.token)
        slow.connection.putheader("Content-Length", "60000")
        slow.connection.endheaders()
        for piece in pieces:
            slow.connection.send(piece)
            time.sleep(0.25)
        assert slow.connection.getresponse().status == 201
    assert small.head("c/small").status == 200
