"""Small parts of what is in blocks are sent to a crowd as to one alone, without threads."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.client import Client
from tests.api.hashmaps.test_long_hashmaps import digests, put_map, send_blocks
from tests.api.replies.test_batched_reads import (
    CROWD,
    Expected,
    Read,
    Said,
    alone,
    ask,
    check,
    compare,
    crowd,
    sent,
)
from tests.api.replies.test_monitoring import counted
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.reliability.store import wait_for
from tests.server.wire import Wire

ROUNDS = 8
MEDIUM = 40_000
LARGE = 5 * BLOCK_SIZE + 100
MANY = 10_100
PIECE = 8192
LIMIT = 64 * 1024

# Of an object of LARGE bytes.
RANGES = [
    *("bytes=0-0", "bytes=10-4105", f"bytes={BLOCK_SIZE}-{BLOCK_SIZE + 9}", "bytes=3-"),
    *(f"bytes={BLOCK_SIZE - 5}-{BLOCK_SIZE + 4}", f"bytes=100-{99 + LIMIT}"),
    *(f"bytes={LARGE - 120}-", "bytes=-110", f"bytes={LARGE - 110}-999999999999999999999"),
    *(f"bytes=100-{100 + LIMIT}", f"bytes=0-{LARGE}", "bytes=5-4", "bytes=0-1,8-9", "lines=1-2"),
    *("bytes=99999999999999999999999-", f"bytes={LARGE}-{LARGE + 9}", "bytes%3D10-19"),
]


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Blocks as files whose system tells what it has in memory, as that of /dev/shm does not."""
    return {"PITHOS_BLOCK_STORE": f"file://{tmp_path_factory.mktemp('parts')}"}


@pytest.fixture(scope="module")
def server(serve: Serve, on_disk: dict[str, str]) -> Iterator[Server]:
    with serve(PITHOS_MAX_GUESSES="0", **on_disk) as running:
        yield running


@pytest.fixture
def stored(box: Client) -> Client:
    assert box.put("c/medium", content(MEDIUM)).status == 201
    assert box.put("c/large", content(LARGE)).status == 201
    return box


def ranged(client: Client, name: str, value: str, dialect: str = "", more: bytes = b"") -> Read:
    wish = b"Range: %b\r\n" % value.encode() if value else b""
    return "GET", f"/v1/{dialect}{client.account}/c/{name}", wish + more


def rounds(server: Server, client: Client, reads: list[Read], expected: Expected) -> float:
    """Let a crowd ask for these again and again; how many had no thread.

    All of a round are there when the server looks, however busy the machine is. After a batch that
    took long none begins for a second, so whoever wants batches asks again.
    """
    before = counted(client, "pithos_batched_reads_total")
    chosen = random.Random(7)
    with crowd(client) as wires:
        for _ in range(ROUNDS):
            asked = chosen.choices(reads, k=CROWD)
            with server.halted():
                ask(client, wires, asked)
            check(wires, asked, expected)
    without: float = counted(client, "pithos_batched_reads_total") - before
    return without


def files(server: Server) -> Iterator[Path]:
    return (path for path in server.block_directory.glob("*/*") if len(path.name) == 64)


@pytest.mark.parametrize("dialect", ["", "AUTH_"])
def test_a_crowd_has_parts_byte_for_byte_as_one_alone(
    stored: Client, server: Server, dialect: str
) -> None:
    etag = stored.head("c/large")["ETag"].encode()
    mores = [b"", b'If-Range: "%b"\r\n' % etag, b"If-Range: other\r\n", b"If-None-Match: *\r\n"]
    reads = [
        ranged(stored, name, value, dialect, more)
        for name in ("large", "medium")
        for value in ["", *RANGES]
        for more in mores
    ]
    expected = {read: alone(stored, read) for read in reads}
    assert {answer[0] for answer in expected.values()} >= {200, 206, 304, 416}
    wait_for(lambda: rounds(server, stored, reads, expected) > 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("medium", ""),
        ("medium", "bytes=17-20"),
        ("large", "bytes=10-4105"),
        ("large", f"bytes={BLOCK_SIZE - 5}-{BLOCK_SIZE + 4}"),
        ("large", "bytes%3D10-19"),
        ("large", f"bytes={4 * BLOCK_SIZE}-{5 * BLOCK_SIZE - 1}"),
    ],
)
def test_what_is_in_memory_takes_no_thread(
    stored: Client, server: Server, name: str, value: str
) -> None:
    read = ranged(stored, name, value)
    wait_for(lambda: rounds(server, stored, [read], {read: alone(stored, read)}) > CROWD)


@pytest.mark.parametrize("value", ["", f"bytes=100-{100 + LIMIT}", "bytes=0-1,8-9"])
def test_what_is_larger_or_has_several_parts_takes_threads(
    stored: Client, server: Server, value: str
) -> None:
    read = ranged(stored, "large", value)
    assert rounds(server, stored, [read], {read: alone(stored, read)}) == 0


def test_what_must_come_from_the_disk_is_sent_by_threads(stored: Client, server: Server) -> None:
    """Each time the crowd asks the page cache has forgotten it."""
    reads = [ranged(stored, "large", value) for value in RANGES]
    expected = {read: alone(stored, read) for read in reads}
    with crowd(stored) as wires:
        for _ in range(ROUNDS):
            for path in files(server):
                forget(path)
            compare(stored, wires, random.Random(7).choices(reads, k=CROWD), expected)


def forget(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(fd)


def test_where_each_read_is_verified_all_take_threads(
    box: Client, serve: Serve, on_disk: dict[str, str]
) -> None:
    with serve(PITHOS_VERIFY_READS="always", **on_disk) as server, box.at(server.address) as client:
        assert client.put("c/large", content(LARGE)).status == 201
        read = ranged(client, "large", "bytes=10-4105")
        assert rounds(server, client, [read], {read: alone(client, read)}) == 0


def test_a_crowd_gets_nothing_of_a_damaged_block(box: Client, server: Server) -> None:
    own = random.Random(box.account).randbytes(LARGE)
    known = set(files(server))
    assert box.put("c/own", own).status == 201
    read = ranged(box, "own", "bytes=10-19")
    expected: dict[Read, Said] = {read: alone(box, read)}
    with crowd(box) as wires:
        for _ in range(3):
            compare(box, wires, [read] * CROWD, expected)
        for path in set(files(server)) - known:
            first, *rest = path.read_bytes()
            path.write_bytes(bytes([first ^ 1, *rest]))
        for _ in range(3):
            for wire in wires:
                wire.send(sent(box, read))
            assert {wire.answer().status for wire in wires} == {503}
    whole = ranged(box, "own", f"bytes={BLOCK_SIZE}-{BLOCK_SIZE + 9}")
    assert alone(box, whole)[0] == 503


def test_what_is_written_is_read_by_a_crowd_at_once(stored: Client) -> None:
    read = ranged(stored, "large", "bytes=10-19")
    with crowd(stored) as wires:
        for number in range(8):
            body = random.Random(number).randbytes(LARGE)
            assert stored.put("c/large", body).status == 201
            for wire in wires:
                wire.send(sent(stored, read))
            assert {wire.answer().body for wire in wires} == {body[10:20]}


@pytest.mark.usefixtures("committed")
def test_a_crowd_reads_parts_of_a_very_long_object(stored: Client, server: Server) -> None:
    """Its digests are in pieces. Most of its blocks are in the database, one is a file."""
    send_blocks(stored, MANY)
    block = content(BLOCK_SIZE)
    kept = stored.put("c/one", block)
    assert kept.status == 201
    listed = stored.get("c/one", hashmap="", format="json").json["hashes"]
    hashes = digests(MANY)
    hashes[PIECE + 3] = listed[0]
    assert put_map(stored, "c/long", hashes).status == 201
    at = (PIECE + 3) * BLOCK_SIZE
    starts = [0, BLOCK_SIZE, PIECE * BLOCK_SIZE - 5, PIECE * BLOCK_SIZE, at - 5, at, at + 9]
    reads = [ranged(stored, "long", f"bytes={start}-{start + 9}") for start in starts]
    expected = {read: alone(stored, read) for read in reads}
    assert expected[ranged(stored, "long", f"bytes={at}-{at + 9}")][2] == block[:10]
    rounds(server, stored, reads, expected)
    file = ranged(stored, "long", f"bytes={at + 9}-{at + 18}")
    wait_for(lambda: rounds(server, stored, [file], {file: alone(stored, file)}) > CROWD)


def test_who_takes_parts_slowly_gets_all_of_them(stored: Client) -> None:
    """More than the sockets hold: the rest waits, and the poller for nobody."""
    name = "medium"
    body = content(MEDIUM)
    text = sent(stored, ranged(stored, name, ""))
    count = 200
    with crowd(stored) as wires, Wire(stored.address[1], 30) as slow:
        slow.send(text * count)
        for _ in range(ROUNDS):
            for wire in wires:
                wire.send(text)
            assert {wire.answer().body for wire in wires} == {body}
        assert [slow.answer().body for _ in range(count)] == [body] * count
