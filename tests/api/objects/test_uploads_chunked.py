"""Bodies as they come over the wire: in chunks, in pieces, cut short and broken."""

import hashlib
from collections.abc import Iterator
from random import Random

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE, Server
from tests.api.state import unchanged
from tests.server.wire import CHUNKED, CONTINUE, Wire, length, put

DATA = Random(1).randbytes(3 * BLOCK_SIZE + 17)


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with Wire(server.address[1]) as wire:
        yield wire


def head(client: Client, *fields: bytes) -> bytes:
    """The head of a PUT to ``c/o``."""
    return put(client.url("c/o"), f"X-Auth-Token: {client.token}".encode(), *fields)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def check_stored(client: Client, data: bytes) -> None:
    answer = client.get("c/o")
    assert (answer.status, answer.body) == (200, data)
    assert answer["ETag"] == hashlib.md5(data).hexdigest()


@pytest.mark.requirement("R61")
@pytest.mark.parametrize("size", [1000, 4096, BLOCK_SIZE - 1, BLOCK_SIZE, 2 * BLOCK_SIZE + 1])
def test_chunks_of_any_size_make_the_same_object(box: Client, size: int) -> None:
    assert box.put("c/plain", DATA).status == 201
    assert box.put("c/o", iter(pieces(DATA, size))).status == 201
    check_stored(box, DATA)
    assert box.head("c/o")["X-Object-Hash"] == box.head("c/plain")["X-Object-Hash"]


@pytest.mark.requirement("R61")
def test_single_bytes_as_chunks(box: Client) -> None:
    assert box.put("c/o", iter(pieces(DATA[:300], 1))).status == 201
    check_stored(box, DATA[:300])


@pytest.mark.requirement("R61")
def test_chunks_may_have_extensions_and_trailers(box: Client, wire: Wire) -> None:
    body = b"5;a=b\r\nhello\r\n06\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
    assert wire.send(head(box, CHUNKED), body).answer().status == 201
    check_stored(box, b"hello world")


@pytest.mark.requirement("R62")
def test_a_chunked_body_is_held_to_its_etag(box: Client) -> None:
    with unchanged(box):
        wrong = {"ETag": hashlib.md5(b"else").hexdigest()}
        assert box.put("c/o", iter(pieces(DATA, 5000)), wrong).status == 422
    right = {"ETag": hashlib.md5(DATA).hexdigest()}
    assert box.put("c/o", iter(pieces(DATA, 5000)), right).status == 201


@pytest.mark.requirement("R59")
def test_a_body_may_come_in_pieces_that_are_no_blocks(box: Client, wire: Wire) -> None:
    wire.send(head(box, length(len(DATA))), *pieces(DATA, 50_000), pause=0.02)
    assert wire.answer().status == 201
    check_stored(box, DATA)


@pytest.mark.requirement("R59")
def test_nothing_past_the_length_belongs_to_the_object(box: Client, wire: Wire) -> None:
    wire.send(head(box, length(5)) + b"hello" + head(box, length(3)) + b"new")
    assert [wire.answer().status, wire.answer().status] == [201, 201]
    check_stored(box, b"new")


BROKEN = {
    "half of its length": (length(len(DATA)), DATA[: len(DATA) // 2]),
    "all but a byte": (length(len(DATA)), DATA[:-1]),
    "whole blocks, but not all": (length(len(DATA)), DATA[: 2 * BLOCK_SIZE]),
    "none of its length": (length(10), b""),
    "no last chunk": (CHUNKED, chunk(DATA)),
    "no end behind the last chunk": (CHUNKED, chunk(DATA) + b"0\r\n"),
    "half a chunk": (CHUNKED, chunk(DATA)[: len(DATA) // 2]),
    "no chunk": (CHUNKED, b""),
    "a size that is none": (CHUNKED, chunk(b"hello") + b"xyz\r\n"),
    "a negative size": (CHUNKED, chunk(b"hello") + b"-1\r\n"),
    "a chunk longer than it says": (CHUNKED, b"3\r\nhello\r\n0\r\n\r\n"),
    "a chunk shorter than it says": (CHUNKED, b"7\r\nhello\r\n0\r\n\r\n"),
    "no line ends": (CHUNKED, b"5\nhello\n0\n\n"),
}


@pytest.mark.parametrize("existing", [False, True])
@pytest.mark.parametrize(("framing", "sent"), BROKEN.values(), ids=BROKEN)
def test_a_body_cut_short_or_broken_stores_nothing(
    box: Client, wire: Wire, framing: bytes, sent: bytes, existing: bool
) -> None:
    if existing:
        assert box.put("c/o", b"before", {"X-Object-Meta-Old": "1"}).status == 201
    with unchanged(box):
        wire.send(head(box, framing), sent)
        wire.sock.shutdown(1)  # nothing more comes, but the answer can still be read
        assert wire.answer().status == 400
    assert box.get("c/o").status == (200 if existing else 404)
    assert box.names("c") == (["o"] if existing else [])


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        (400, (b"Content-Length: -1",)),
        (400, (b"Content-Length: x",)),
        (400, (b"Content-Length: 0x5",)),
        (400, (b"Content-Length: 5", b"Content-Length: 6")),
        (400, (b"Content-Length: 5, 6",)),
        (400, (b"Content-Length: 99999999999999999999999",)),
        (501, (b"Transfer-Encoding: gzip",)),
        (501, (b"Transfer-Encoding: chunked, gzip",)),
    ],
)
def test_a_body_without_a_clear_end_is_refused(
    box: Client, wire: Wire, status: int, fields: tuple[bytes, ...]
) -> None:
    with unchanged(box):
        wire.send(head(box, *fields), b"hello")
        assert wire.answer().status == status
    assert box.head("c/o").status == 404


def test_a_body_that_waits_for_leave_gets_it(box: Client, wire: Wire) -> None:
    wire.send(head(box, length(5), CONTINUE))
    assert wire.answer().status == 100
    assert wire.send(b"hello").answer().status == 201
    check_stored(box, b"hello")


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("c/o", (b"If-None-Match: *",), 412),
        ("c/o", (b"If-Match: x",), 412),
        ("none/o", (), 404),
        ("c/o", (b"ETag: x",), 422),
        ("c/%0A", (), 400),
    ],
)
def test_a_body_that_would_be_refused_need_not_be_sent(
    box: Client, wire: Wire, path: str, fields: tuple[bytes, ...], status: int
) -> None:
    assert box.put("c/o", b"before").status == 201
    with unchanged(box):
        token = f"X-Auth-Token: {box.token}".encode()
        wire.send(put(f"{box.url()}/{path}", token, length(10**9), CONTINUE, *fields))
        assert wire.answer().status == status
