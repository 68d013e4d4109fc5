"""Streams of blobs that stop amid their body and go on: they end as if they had never stopped."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import product

import pytest

from tests.api.client import Answer, Client
from tests.api.halting import (
    STOP_SECONDS,
    Said,
    finish,
    halting,
    in_pieces,
    side_by_side,
    sized,
    stopped,
)
from tests.api.server import BLOCK_SIZE, Serve, Server
from tests.blobs.client import BlobClient, named, tag_of

LARGE = hashlib.shake_256(b"blobs").digest(14 * BLOCK_SIZE + 1000)
BLOBS = [
    ("a", b"one"),
    ("b", b""),
    ("c", LARGE),
    ("d", LARGE[:70_000]),
    ("e", LARGE[:-1]),
    ("f", b"end"),
]


def body_of(blobs: list[tuple[str, bytes]]) -> bytes:
    first = json.dumps([[blob, len(data)] for blob, data in blobs]).encode()
    return first + b"\n" + b"".join(data for _, data in blobs)


BODY = body_of(BLOBS)
LINE = BODY.index(b"\n")
END_OF_C = LINE + 1 + 3 + len(LARGE)
STOPS = [0, 9, LINE, LINE + 1, LINE + 4, LINE + 90_000, END_OF_C, END_OF_C + 70_000, len(BODY) - 1]


def send(blobs: BlobClient, body: bytes | Iterable[bytes], **headers: str) -> Answer:
    return blobs.ask("POST", "", body, query="direction=upload", room="stream", headers=headers)


def check(blobs: BlobClient, wanted: list[tuple[str, bytes]] = BLOBS) -> None:
    for blob, data in wanted:
        got = blobs.get(blob)
        assert (got.status, got.body, got["Tag"]) == (200, data, tag_of(data))


def test_a_stream_may_stop_anywhere(new_user: Callable[[], Client]) -> None:
    def stream(blobs: BlobClient, at: int, chunked: bool) -> None:
        assert send(blobs, halting(BODY, at), **({} if chunked else sized(BODY))).status == 200
        check(blobs)

    cases = product(STOPS, [False, True])
    side_by_side(stream, [(BlobClient(new_user()), at, chunked) for at, chunked in cases])


def test_one_may_stop_again_and_again(blobs: BlobClient) -> None:
    assert send(blobs, in_pieces(BODY, 4), **sized(BODY)).status == 200
    check(blobs)


def test_a_long_first_line_and_many_blobs(blobs: BlobClient) -> None:
    many = [(f"{'n' * 200}{number}", b"%d" % number) for number in range(1100)]
    last = ("last", LARGE[:200_000])
    body = body_of([*many, last])
    assert send(blobs, in_pieces(body, 3), **sized(body)).status == 200
    check(blobs, [many[0], many[-1], last])
    assert len(blobs.ids()) == 1101


@pytest.mark.parametrize("change", [lambda body: body[:-1], lambda body: body + b"x"])
@pytest.mark.parametrize("at", [LINE + 90_000, len(BODY) - 1])
def test_one_that_is_not_as_it_says_stores_none(blobs: BlobClient, change, at: int) -> None:
    assert send(blobs, halting(change(BODY), at)).status == 400
    assert blobs.ids() == []


@pytest.mark.parametrize("taken", ["a", "f"])
def test_what_is_taken_in_a_pause_counts(blobs: BlobClient, taken: str) -> None:
    with blobs.user.at(blobs.user.address) as second:

        def pieces() -> Iterator[bytes]:
            yield BODY[: LINE + 90_000]
            time.sleep(STOP_SECONDS)
            assert BlobClient(second).put(taken, b"first").status == 200
            yield BODY[LINE + 90_000 :]

        assert send(blobs, pieces(), **sized(BODY)).status == 409
    blobs.user.connection.close()
    assert (blobs.ids(), blobs.get(taken).body) == ([taken], b"first")


@pytest.fixture(scope="module")
def few(serve: Serve) -> Iterator[Server]:
    """A server with one thread, eight at most."""
    with serve(PITHOS_WORKERS="1", PITHOS_THREADS="1") as running:
        yield running


@pytest.mark.parametrize(
    ("content", "at"),
    [(LARGE, LINE + 90_000), (LARGE * 20, LINE + 17 * 1024 * 1024)],
    ids=["small", "large"],
)
def test_streams_that_stop_hold_no_thread(
    blobs: BlobClient, few: Server, content: bytes, at: int
) -> None:
    """As many as a worker may have threads; the second is past what is held for a list."""
    with blobs.user.at(few.address) as other:
        shown = named(blobs.user.account, blobs.user.token)
        line = f"POST /stream/{blobs.user.account}?direction=upload"
        requests = [
            Said(line, shown, body_of([(f"s{number}", content), (f"t{number}", b"end")]), at)
            for number in range(8)
        ]
        with stopped(few.address[1], requests) as wires:
            began = time.monotonic()
            assert other.head("").status == 204
            assert time.monotonic() - began < 5
            assert finish(wires, requests) == [200] * 8
    check(blobs, [(f"s{number}", content) for number in range(8)])
    check(blobs, [(f"t{number}", b"end") for number in range(8)])
