"""Reading large objects for their MD5: few at once, beside others, while somebody waits for it."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from django.db import connection

from pithos_api.services.locks import name_lock
from pithos_api.services.storage.heavy_work import FEW_VERSIONS
from pithos_api.values import ObjectPath
from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.factories import find_container, insert_objects
from tests.server.wire import Wire
from tests.waiting import who_waits

BLOCK = b"one block".ljust(BLOCK_SIZE, b".")
DIGEST = sha256(BLOCK).hexdigest()
OCTETS = {"Content-Type": "application/octet-stream"}
APPEND = {**OCTETS, "Content-Range": "bytes */*"}
HEAVY = 300  # blocks, 19 MiB: more than is read without a turn
LONG = 150_000  # blocks, 9.8 GB: at least 10 seconds of MD5
FRESH = count(HEAVY + 1)  # of what is stored already the MD5 is known
PATIENCE_SECONDS = 30


def hashmap(blocks: int) -> str:
    return json.dumps({"bytes": blocks * BLOCK_SIZE, "hashes": [DIGEST] * blocks})


def put_map(client: Client, path: str, blocks: int = 0) -> Answer:
    """Send a hashmap, by default of a large object that nobody has stored yet."""
    return client.put(path, hashmap(blocks or next(FRESH)), hashmap="")


# A server of one worker, where each user has one turn and nobody waits for one.
FEW_TURNS = {
    "PITHOS_WORKERS": "1",
    "PITHOS_MAX_GUESSES": "0",
    "PITHOS_HEAVY_PER_USER": "1",
    "PITHOS_HEAVY_PER_WORKER": "2",
    "PITHOS_HEAVY_WAIT": "0",
}


@pytest.fixture(scope="module")
def busy(serve: Serve) -> Iterator[Server]:
    """A server of one worker, where each user has one turn and nobody waits for one."""
    with serve(**FEW_TURNS, PITHOS_MD5_NOW="1T") as running:
        yield running


@pytest.fixture(scope="module")
def patient(serve: Serve) -> Iterator[Server]:
    """Another, where one waits a second for it."""
    with serve(**{**FEW_TURNS, "PITHOS_HEAVY_WAIT": "1"}, PITHOS_MD5_NOW="1T") as running:
        yield running


@pytest.fixture
def new_box(new_user: Callable[[], Client], busy: Server) -> Iterator[Callable[[], Client]]:
    """Make users of that server with a container ``c`` and its objects ``block`` and ``heavy``."""
    with ExitStack() as opened:

        def make() -> Client:
            client = opened.enter_context(new_user().at(busy.address))
            assert client.put("c").status == 201
            assert client.put("c/block", BLOCK).status == 201
            assert put_map(client, "c/heavy", HEAVY).status == 201
            return client

        yield make


@pytest.fixture
def box(new_box: Callable[[], Client]) -> Client:
    return new_box()


def begin(client: Client, method: str, path: str, body: str = "", **headers: str) -> Wire:
    """Send a request whose answer nobody has waited for yet."""
    wire = Wire(client.address[1], PATIENCE_SECONDS)
    fields = {"Host": "x", "X-Auth-Token": client.token, "Content-Length": str(len(body))}
    sent = {**fields, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    wire.send("\r\n".join([*lines, "", body]).encode())
    return wire


@contextmanager
def held_turn(client: Client) -> Iterator[None]:
    """Let the user have a turn for an append, which waits for the name that we have."""
    assert client.put("held").status == 201
    assert put_map(client, "held/o", HEAVY).status == 201
    path = ObjectPath(client.account, "held", "o")
    with closing(connection.copy()) as holder, holder.cursor() as cursor:

        def waiting() -> int:
            cursor.execute(who_waits())
            return int(cursor.fetchone()[0])

        cursor.execute("SELECT pg_advisory_lock(%s)", [name_lock(path)])
        others = waiting()
        with begin(client, "POST", client.url("held/o", update=""), "x", **APPEND):
            wait_for(lambda: waiting() > others)
            yield


@pytest.fixture
def working(box: Client, committed: None) -> Iterator[None]:
    """The user of ``box`` has a turn."""
    with held_turn(box):
        yield


def wait_for(condition: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE_SECONDS
        time.sleep(0.05)


def until(act: Callable[[], Answer], status: int) -> float:
    """Repeat until the status is this one; return how long it took, in seconds."""
    began = time.monotonic()
    wait_for(lambda: act().status == status)
    return time.monotonic() - began


KINDS: dict[str, tuple[str, str, str, dict[str, str], dict[str, str]]] = {
    "hashmap": ("PUT", "c/new", hashmap(next(FRESH)), {}, {"hashmap": ""}),
    "append": ("POST", "c/heavy", "x", APPEND, {"update": ""}),
    "bytes of another": (
        "POST", "c/block", "", {"Content-Range": "bytes 5-/*", "X-Source-Object": "/c/heavy"}, {},
    ),
}  # fmt: skip
each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


@each_kind
def test_a_user_has_few_turns_at_once(box: Client, working: None, kind: Any) -> None:
    method, path, body, headers, query = kind
    before = box.head(path).fields
    answer = box.request(method, path, body, headers, **query)
    assert (answer.status, answer["Retry-After"]) == (503, "5")
    assert box.head(path).fields == before


def test_so_has_the_copy_of_what_a_manifest_reads_as(box: Client, working: None) -> None:
    assert box.put("c/all", headers={"X-Object-Manifest": "c/heavy"}).status == 201
    url = f"/v1/AUTH_{box.account}/c/copy"
    headers = {"X-Auth-Token": box.token, "X-Copy-From": "/c/all"}
    assert box.raw("PUT", url, b"", headers).status == 503
    assert box.head("c/copy").status == 404


ON_FOLDERS: list[Callable[[Client, str, str], Answer]] = [
    lambda box, name, _: box.put(
        f"c/{name}-copy", headers={"X-Copy-From": f"/c/{name}"}, delimiter="/"
    ),
    lambda box, name, _: box.put(
        f"c/{name}-moved", headers={"X-Move-From": f"/c/{name}"}, delimiter="/"
    ),
    lambda box, name, _: box.delete(f"c/{name}", delimiter="/"),
    lambda box, name, then: box.post("c", restore="", until=then, prefix=f"{name}/"),
]


@pytest.fixture
def then(box: Client, committed: None) -> str:
    """Make ``many`` with more names than are worked on without a turn, and few; return when."""
    many = [f"many/{number}" for number in range(FEW_VERSIONS + 1)]
    few = [name for number in range(len(ON_FOLDERS)) for name in (f"few{number}", f"few{number}/1")]
    insert_objects(find_container(box.account, "c"), [*many, "many", *few])
    time.sleep(0.2)  # so that there is a past to restore
    return f"{time.time() - 0.1:.6f}"


def test_what_is_done_with_very_many_names_takes_a_turn(
    box: Client, then: str, working: None
) -> None:
    for number, act in enumerate(ON_FOLDERS):
        answer = act(box, "many", then)
        assert (answer.status, answer["Retry-After"]) == (503, "5")
        assert box.head("c/many/7").status == 200
        assert act(box, f"few{number}", then).status in (200, 201, 204)


@pytest.mark.parametrize("path", ["", "c"])
def test_so_has_the_sum_of_what_history_takes(box: Client, working: None, path: str) -> None:
    assert box.get(path, usage="").status == 503


def test_so_has_the_description_of_an_archive_of_many_objects(
    box: Client, committed: None, working: None
) -> None:
    link = box.post("c", b"{}", {"Content-Type": "application/json"}, link="").json["key"]
    zipped = f"/s/{link}/?zip"
    assert box.get("c", zip="").status == 200
    insert_objects(find_container(box.account, "c"), [f"many/{n}" for n in range(10_001)])
    assert [box.get("c", zip="").status, box.raw("HEAD", zipped).status] == [503, 503]


def test_others_and_small_things_are_done_meanwhile(
    box: Client, new_box: Callable[[], Client], working: None
) -> None:
    assert put_map(new_box(), "c/new").status == 201
    assert put_map(box, "c/small", 5).status == 201
    assert box.post("c/block", b"x", APPEND).status == 204


def test_the_worker_has_few_turns_for_all(new_box: Callable[[], Client], working: None) -> None:
    second, third = new_box(), new_box()
    with held_turn(second):
        assert put_map(third, "c/probe").status == 503
    until(lambda: put_map(third, "c/probe"), 201)


def test_the_turn_is_free_once_the_client_has_gone(box: Client, patient: Server) -> None:
    with box.at(patient.address) as client:
        with begin(client, "PUT", client.url("c/long", hashmap=""), hashmap(LONG)):
            until(lambda: put_map(client, "c/probe"), 503)
        assert until(lambda: put_map(client, "c/new"), 201) < 5
        assert client.head("c/long").status == 404


def gone(client: Client, method: str) -> int:
    """How many requests of a method were given up since nobody waited for them."""
    text = client.raw("GET", "/metrics").body.decode()
    found = re.findall(rf'method="{method}",[^}}]*status="408"[^}}]*}} ([0-9.]+)', text)
    return int(sum(map(float, found)))


@each_kind
def test_each_kind_of_work_stops_when_the_client_has_gone(box: Client, kind: Any) -> None:
    method, path, body, headers, query = kind
    before, ended = box.head(path).fields, gone(box, method)
    with begin(box, method, box.url(path, **query), body, **headers):
        pass
    wait_for(lambda: gone(box, method) > ended)
    assert box.head(path).fields == before


def test_a_joined_copy_stops_when_the_client_has_gone(box: Client) -> None:
    assert box.put("c/all", headers={"X-Object-Manifest": "c/heavy"}).status == 201
    ended = gone(box, "COPY")
    with begin(box, "COPY", f"/v1/AUTH_{box.account}/c/all", Destination="/c/copy"):
        pass
    wait_for(lambda: gone(box, "COPY") > ended)
    assert box.head("c/copy").status == 404


def seconds_of(client: Client) -> float:
    began = time.perf_counter()
    assert client.head("c/block").status == 200
    return time.perf_counter() - began


def test_whoever_reads_is_served_while_eight_large_maps_are_sent(
    new_box: Callable[[], Client],
) -> None:
    users, reader = [new_box() for _ in range(8)], new_box()
    with ExitStack() as stack:
        for number, user in enumerate(users):
            url = user.url("c/long", hashmap="")
            stack.enter_context(begin(user, "PUT", url, hashmap(LONG - number)))
        taken = sorted(seconds_of(reader) for _ in range(100))
    assert taken[98] < 1
