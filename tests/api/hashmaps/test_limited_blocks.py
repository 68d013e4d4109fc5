"""A token that reaches a part names only blocks that came with it or are in that part."""

import hashlib
import json
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from accounts.models import Token
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_token, token_digest
from accounts.users.users import find_user
from pithos_api.models import LimitedClaim
from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE
from tests.swift.client import in_swift

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.requirement("R90a")]

OCTETS = {"Content-Type": "application/octet-stream"}
SMALL = b"the user's own secret"
LONG = b"1" * BLOCK_SIZE + b"2" * BLOCK_SIZE + b"rest"
Limit = Callable[..., Client]


def digests(data: bytes) -> list[str]:
    starts = range(0, len(data), BLOCK_SIZE)
    return [hashlib.sha256(data[at : at + BLOCK_SIZE]).hexdigest() for at in starts]


def put_map(client: Client, path: str, data: bytes) -> Answer:
    body = json.dumps({"bytes": len(data), "hashes": digests(data)})
    return client.put(path, body, hashmap="", format="json")


@pytest.fixture
def limit(box: Client) -> Iterator[Limit]:
    """Makes clients of the owner's with a limited token; ``d`` is there besides ``c``."""
    box.put("d")
    made: list[Client] = []

    def make(container: str = "c", prefix: str = "in/") -> Client:
        scope = Scope(container=container, prefix=prefix)
        token = create_token(find_user(box.account), scope=scope)
        made.append(Client(box.address, box.account, token))
        return made[-1]

    yield make
    for client in made:
        client.connection.close()


OUTSIDE: dict[str, Callable[[Client, bytes], Answer]] = {
    "another name": lambda box, data: box.put("c/out", data),
    "a name before": lambda box, data: box.put("c/in", data),
    "a name behind": lambda box, data: box.put("c/in0", data),
    "another container": lambda box, data: box.put("d/in/o", data),
    "a block": lambda box, data: box.post("c", data, OCTETS, update=""),
}


@pytest.mark.parametrize("data", [SMALL, LONG], ids=["small", "long"])
@pytest.mark.parametrize("send", OUTSIDE.values(), ids=OUTSIDE)
def test_what_the_user_has_elsewhere_is_missing(
    box: Client, limit: Limit, data: bytes, send: Callable[[Client, bytes], Answer]
) -> None:
    assert send(box, data).status in {201, 202}
    part = limit()
    for client in (part, in_swift(part)):
        stored = put_map(client, "c/in/stolen", data)
        assert (stored.status, stored.json) == (409, digests(data))
        absent = put_map(client, "c/in/stolen", data[:-1] + b"?")
        assert (absent.status, len(absent.body)) == (409, len(stored.body)) or data is LONG
    assert part.get("c/in/stolen").status == 404
    assert put_map(box, "c/own", data).status == 201


INSIDE: dict[str, Callable[[Client, Client, bytes], Answer]] = {
    "its own PUT": lambda box, part, data: part.put("c/in/o", data),
    "its own block": lambda box, part, data: part.post("c", data, OCTETS, update=""),
    "in its place": lambda box, part, data: part.post("c", data, OCTETS),
    "another's PUT": lambda box, part, data: box.put("c/in/o", data),
    "a copy into it": lambda box, part, data: (
        box.put("c/in/o", data) and box.request("COPY", "c/in/o", None, {"Destination": "/c/in/p"})
    ),
}


@pytest.mark.parametrize("data", [SMALL, LONG], ids=["small", "long"])
@pytest.mark.parametrize("send", INSIDE.values(), ids=INSIDE)
def test_what_is_in_reach_can_be_named(
    box: Client, limit: Limit, data: bytes, send: Callable[[Client, Client, bytes], Answer]
) -> None:
    part = limit()
    assert send(box, part, data).status in {201, 202}
    assert put_map(part, "c/in/named", data).status == 201
    assert box.get("c/in/named").body == data


def test_a_superseded_state_in_reach_can_be_named(box: Client, limit: Limit) -> None:
    part = limit()
    part.put("c/in/o", LONG)
    part.put("c/in/o", b"newer")
    assert put_map(part, "c/in/named", LONG).status == 201


def test_blocks_of_one_token_are_not_anothers(box: Client, limit: Limit) -> None:
    one, other = limit(), limit()
    assert one.post("c", LONG, OCTETS, update="").lines == digests(LONG)
    assert put_map(other, "c/in/o", LONG).json == digests(LONG)
    assert put_map(one, "c/in/o", LONG).status == 201
    assert put_map(box, "c/own", LONG).status == 201  # they are the user's as well


def test_of_a_mixed_map_only_what_is_out_of_reach_is_missing(box: Client, limit: Limit) -> None:
    box.put("c/out", LONG)
    part = limit()
    part.post("c", LONG[:BLOCK_SIZE], OCTETS, update="")
    assert put_map(part, "c/in/o", LONG).json == digests(LONG)[1:]


def test_a_token_for_a_container_reaches_all_of_it_and_no_more(box: Client, limit: Limit) -> None:
    box.put("c/any", LONG)
    box.put("d/o", SMALL)
    part = limit(prefix="")
    assert put_map(part, "c/copy", LONG).status == 201
    assert put_map(part, "c/stolen", SMALL).json == digests(SMALL)


def test_what_others_wrote_into_the_part_is_not_the_users(
    box: Client, limit: Limit, new_user: Callable[[], Client]
) -> None:
    writer, part = new_user(), limit()
    box.put("c/in/o", b"", {"X-Object-Sharing": f"write={writer.account}"})
    sent = {"X-Auth-Token": writer.token}
    assert box.raw("PUT", box.url("c/in/o/theirs"), LONG, sent).status == 201
    assert put_map(part, "c/in/o/copy", LONG).status == 409
    assert put_map(box, "c/in/o/copy", LONG).status == 409


def test_an_object_in_reach_that_is_a_digest_opens_no_block(
    box: Client, limit: Limit, new_user: Callable[[], Client]
) -> None:
    other, part = new_user(), limit()
    other.put("c")
    for owner, data in ((other, b"of another"), (box, SMALL)):
        assert owner.put("c/out", data).status == 201
        [digest] = digests(data)
        assert part.put("c/in/o", bytes.fromhex(digest)).status == 201
        assert part.post("c", bytes.fromhex(digest), OCTETS).status == 202
        assert put_map(part, "c/in/stolen", data).json == [digest]


def test_who_shows_the_same_token_under_other_limits_is_another(box: Client, limit: Limit) -> None:
    part = limit(prefix="")
    part.post("c", LONG, OCTETS, update="")
    found = Token.objects.filter(digest=token_digest(part.token))
    found.update(scope=Scope(container="c", prefix="in/").as_json())
    assert put_map(part, "c/in/o", LONG).status == 409


def test_only_what_comes_with_a_limited_token_is_noted_for_it(box: Client, limit: Limit) -> None:
    mine = LimitedClaim.objects.filter(user__account=box.account)
    box.post("c", LONG, OCTETS, update="")
    assert not mine.exists()
    limit().post("c", LONG, OCTETS, update="")
    assert sorted(bytes(each.digest).hex() for each in mine) == sorted(digests(LONG))


def test_a_block_may_come_for_a_part_but_no_metadata(box: Client, limit: Limit) -> None:
    part, mood = limit(), {**OCTETS, "X-Container-Meta-Mood": "gay"}
    for query in ({}, {"update": ""}):
        assert part.post("c", SMALL, mood, **query).status == 403
    assert part.post("d", SMALL, OCTETS, update="").status == 403
    assert box.head("c").get("X-Container-Meta-Mood") is None


def test_stored_or_not_a_missing_block_takes_the_same_time(box: Client, limit: Limit) -> None:
    part, count = limit(), 200
    data = b"".join(b"%08d" % n * (BLOCK_SIZE // 8) for n in range(count))
    box.put("c/out", data)
    bodies: dict[str, Any] = {
        kind: json.dumps({"bytes": len(data), "hashes": hashes})
        for kind, hashes in (
            ("stored", digests(data)),
            ("absent", [hashlib.sha256(b"%d" % n).hexdigest() for n in range(count)]),
        )
    }
    taken: dict[str, list[float]] = {kind: [] for kind in bodies}
    for _ in range(40):
        for kind, body in bodies.items():
            begun = perf_counter()
            assert part.put("c/in/o", body, hashmap="", format="json").status == 409
            taken[kind].append(perf_counter() - begun)
    stored, absent = median(taken["stored"]), median(taken["absent"])
    assert stored < 1.5 * absent + 0.002, taken
