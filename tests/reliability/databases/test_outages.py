"""Postgres away; blocks away, damaged or without room: refused at once, and over when that is."""

import http.client
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from tests import tools
from tests.api.client import Answer, Client
from tests.reliability.crowd import together
from tests.reliability.damages import DAMAGES, solid
from tests.reliability.ledger import OCTETS
from tests.reliability.store import (
    BLOCK,
    Store,
    check_container,
    check_usage,
    new_directory,
    until,
    wait_for,
)

REFUSED_WITHIN_SECONDS = 5
ROOM = 16 << 20
CROWD = 32
A_CONNECTION = """
    SELECT max(pid) FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""

Request = Callable[[Client, str], Answer]
REQUESTS: dict[str, Request] = {
    "HEAD account": lambda client, _: client.head(),
    "GET container": lambda client, box: client.get(box),
    "GET object": lambda client, box: client.get(f"{box}/o"),
    "PUT object": lambda client, box: client.put(f"{box}/new", b"x"),
    "DELETE object": lambda client, box: client.delete(f"{box}/o"),
    "PUT container": lambda client, box: client.put(f"{box}-new"),
    "DELETE container": lambda client, box: client.delete(box),
}


def check_refused(answer: Answer, method: str = "GET") -> None:
    """Assert a 503 that tells when to come back, and nothing of what is inside."""
    assert answer.status == 503
    assert int(answer["Retry-After"]) > 0
    said = answer.body.decode()
    assert said in (
        {""}
        if method == "HEAD"
        else {
            "the store cannot answer now\n",
            "the block store cannot answer now\n",
            "a part of the object cannot be read now\n",
        }
    )


@pytest.mark.parametrize("end_of", [Store.kill_postgres, Store.stop_postgres])
def test_without_postgres_all_is_503_until_serve_has_brought_it_back(
    store: Store, box: str, end_of: Callable[[Store], None]
) -> None:
    client, uploader, content = store.client(), store.client(), os.urandom(BLOCK)
    assert client.put(f"{box}/o", b"old").status == 201
    send_rest = _begin_upload(uploader, f"{box}/cut", content)
    with store.without_revival():
        end_of(store)
        for name, request in REQUESTS.items():
            for connection in (client, store.client()):  # one that was used before, and a new one
                begun = time.monotonic()
                check_refused(request(connection, box), name.split()[0])
                assert time.monotonic() - begun < REFUSED_WITHIN_SECONDS
        assert send_rest() == 503
    until(lambda: client.get(f"{box}/o"), 200)
    assert client.put(f"{box}/new", content).status == 201
    check_container(client, box, {"o": b"old", "new": content})


def test_without_postgres_scripts_are_answered_too(store: Store, box: str) -> None:
    client = store.client()
    url = f"/v1/AUTH_{client.account}/{box}"
    assert client.raw("PATCH", url, None, {"Origin": "https://a.example"}).status == 405
    with store.without_revival():
        store.stop_postgres()
        answer = client.raw("PATCH", url, None, {"Origin": "https://a.example"})
        assert (answer.status, b"cannot answer now" in answer.body) == (503, True)
    until(lambda: client.get(box), 204)


def test_a_crash_that_postgres_survives_needs_nobody(store: Store, box: str) -> None:
    clients = [store.client() for _ in range(CROWD)]  # a thread and a connection for each
    first = together(CROWD, lambda i: clients[i].put(f"{box}/{i}", b"before").status)
    assert set(first) == {201}
    killed: list[int] = []

    def kill_one() -> bool:
        """Kill a connection's process, unless it ends by itself at this moment."""
        clients[0].put(f"{box}/0", b"before")
        backend = store.ask(A_CONNECTION)
        if backend:  # for some seconds after an outage no connection is kept
            with suppress(ProcessLookupError):
                os.kill(backend, signal.SIGKILL)  # the postmaster ends all others and recovers
                killed.append(backend)
        return bool(killed)

    wait_for(kill_one)
    [backend] = killed
    wait_for(lambda: not Path(f"/proc/{backend}").exists())
    until(lambda: clients[0].put(f"{box}/0", b"after"), 201)
    for _ in range(3):  # whichever thread takes it, no request meets a dead connection
        answers = together(CROWD, lambda i: clients[i].put(f"{box}/{i}", b"after").status)
        assert set(answers) == {201}
    check_container(clients[0], box, {str(i): b"after" for i in range(CROWD)})


def _begin_upload(client: Client, path: str, content: bytes) -> Callable[[], int]:
    """Send half of the content; what is returned sends the rest and gives the status."""
    half = len(content) // 2
    client.connection.putrequest("PUT", client.url(path))
    client.connection.putheader("X-Auth-Token", client.token)
    client.connection.putheader("Content-Length", str(len(content)))
    client.connection.endheaders(content[:half])

    def send_rest() -> int:
        client.connection.send(content[half:])
        answer = client.connection.getresponse()
        answer.read()
        return answer.status

    return send_rest


def test_without_block_files_only_what_needs_them_is_503(store: Store, box: str) -> None:
    client, content = store.client(), os.urandom(BLOCK)
    assert client.put(f"{box}/o", content).status == 201
    blocks = store.data / "blocks"
    away = blocks.rename(store.data / "away")
    try:
        check_refused(client.get(f"{box}/o"))
        check_refused(client.put(f"{box}/o", os.urandom(BLOCK)))
        check_refused(client.put(f"{box}/new", os.urandom(BLOCK)))
        assert client.head(f"{box}/o").status == 200
        assert client.put(f"{box}/small", b"in the database").status == 201
        assert not blocks.exists()
    finally:
        away.rename(blocks)
    check_container(client, box, {"o": content, "small": b"in the database"})
    assert client.put(f"{box}/new", content).status == 201


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_block_is_refused_alarmed_and_healed_by_its_owner(
    store: Store, box: str, damage: Callable[[Path], None]
) -> None:
    client, content = store.client(), solid(100_000)
    digest = sha256(content).hexdigest()
    assert client.put(f"{box}/o", content).status == 201
    assert client.get(f"{box}/o").body == content  # so that the block counts as verified
    damage(store.blocks()[digest])
    for headers in ({}, {"Range": "bytes=0-9"}):
        check_refused(client.get(f"{box}/o", headers))
    alarm = "missing" if damage is Path.unlink else "damaged"
    assert f"block {digest} is {alarm}" in store.errors()
    assert client.put(f"{box}/copy", content).status == 201
    check_container(client, box, {"o": content, "copy": content})


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_map_of_a_damaged_block_is_answered_with_the_block_to_send(
    store: Store, box: str, damage: Callable[[Path], None]
) -> None:
    client, content = store.client(), solid(100_000)
    digest = sha256(content).hexdigest()
    assert client.post(box, content, OCTETS, update="").status == 202
    damage(store.blocks()[digest])
    wanted = client.put(f"{box}/o", _map(content), hashmap="", format="json")
    assert (wanted.status, wanted.json) == (409, [digest])
    assert client.post(box, content, OCTETS, update="").status == 202
    assert client.put(f"{box}/o", _map(content), hashmap="", format="json").status == 201
    check_container(client, box, {"o": content})


def _map(content: bytes) -> bytes:
    """The hashmap of content of one block."""
    return json.dumps({"bytes": len(content), "hashes": [sha256(content).hexdigest()]}).encode()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_download_is_cut_before_a_damaged_block(
    store: Store, box: str, damage: Callable[[Path], None]
) -> None:
    client, content = store.client(), b"".join(solid(BLOCK) for _ in range(4))
    assert client.put(f"{box}/o", content).status == 201
    assert client.get(f"{box}/o").body == content
    damage(store.blocks()[sha256(content[2 * BLOCK : 3 * BLOCK]).hexdigest()])
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        client.get(f"{box}/o")
    reader = store.client()
    got = _read_until_cut(reader, f"{box}/o")
    assert len(got) <= 2 * BLOCK
    assert got == content[: len(got)]
    whole = {"Range": f"bytes=0-{2 * BLOCK - 1}"}
    assert store.client().get(f"{box}/o", whole).body == content[: 2 * BLOCK]


def _read_until_cut(client: Client, path: str) -> bytes:
    """What arrives of an object before the server breaks off."""
    client.connection.request("GET", client.url(path), headers={"X-Auth-Token": client.token})
    answer, got = client.connection.getresponse(), b""
    assert answer.status == 200
    try:
        while piece := answer.read1(1 << 20):
            got += piece
    except (http.client.IncompleteRead, ConnectionError):
        return got
    pytest.fail("the download ended as if it were whole")


@pytest.fixture
def tiny(store: Store) -> Iterator[Path]:
    """A file system of little room, which holds the store's blocks for a while."""
    with new_directory() as place, tools.small_disk(place, ROOM):
        store.kill()
        store.restart(PITHOS_BLOCK_STORE=f"file://{place}/blocks")
        yield place
        store.kill()
        store.restart(PITHOS_BLOCK_STORE="")


def test_without_room_nothing_is_stored_and_reads_and_deletes_work(
    store: Store, tiny: Path
) -> None:
    client, box, content = store.client(), "tiny", os.urandom(BLOCK)
    client.put(box)
    for name in ("kept", "gone"):
        assert client.put(f"{box}/{name}", content).status == 201
    for name in ("kept", "new"):
        refused = client.put(f"{box}/{name}", os.urandom(ROOM))
        assert (refused.status, refused.body) == (507, b"the block store is full\n")
    check_usage(client, box, [BLOCK, BLOCK])
    assert client.delete(f"{box}/gone").status == 204
    assert client.put(f"{box}/small", b"in the database").status == 201
    check_container(client, box, {"kept": content, "small": b"in the database"})
    assert list((tiny / "blocks" / "incoming").iterdir()) == []
    tools.enlarge_disk(tiny, 4 * ROOM)
    other = os.urandom(ROOM)
    assert client.put(f"{box}/new", other).status == 201
    check_container(client, box, {"kept": content, "small": b"in the database", "new": other})
