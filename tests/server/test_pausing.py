"""Uploads that do not go on: no thread waits for them, and they end as if nothing had been."""

import contextlib
import hashlib
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.halting import side_by_side
from tests.server.conftest import Running, run_server
from tests.server.test_slow_clients import answered_in
from tests.server.wire import CHUNKED, CONTINUE, Wire, length, put

BODY = os.urandom(3 << 20)
DIGEST = hashlib.sha256(BODY).hexdigest()
ROOM = 8 << 20


@pytest.fixture(scope="module")
def narrow() -> Iterator[Running]:
    """A server with two threads, where twelve transfers may wait, six of one party."""
    with run_server(workers=1, threads=2, window=2, transfers=12, room=ROOM) as running:
        yield running


@pytest.fixture(scope="module")
def patient() -> Iterator[Running]:
    """A server with two threads for many who have time."""
    with run_server(workers=1, threads=2) as running:
        yield running


@contextlib.contextmanager
def begun(server: Running, count: int, target: str, sent: int) -> Iterator[list[Wire]]:
    """So many uploads of which a part has been sent."""
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(server.connect()).send(put(target, length(len(BODY))) + BODY[:sent])
            for _ in range(count)
        ]


def chunked(size: int) -> bytes:
    """The body in chunks of a size, with a trailer."""
    pieces = (BODY[at : at + size] for at in range(0, len(BODY), size))
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return chunks + b"0\r\nX-Trailer: t\r\n\r\n"


@pytest.mark.parametrize("sent", [0, 100_000, 2_000_000])
def test_forty_uploads_that_stop_hold_no_thread_and_end_when_they_go_on(patient, sent):
    with begun(patient, 40, "/pausing?a", sent) as wires:
        time.sleep(2)
        assert max(answered_in(patient) for _ in range(5)) < 0.5
        for wire in wires:
            seen = wire.send(BODY[sent:]).answer().json
            assert (seen["size"], seen["digest"]) == (len(BODY), DIGEST)
        assert wires[0].ask().status == 200


@pytest.mark.parametrize("size", [1000, 700_000])
def test_a_chunked_body_may_stop_anywhere(patient, size):
    places = [1, 5, 900, 1003, 1004, 1005, 1006, 1_000_000, -30, -3, -1]
    side_by_side(stop_once, [(patient, chunked(size), place) for place in places])


def stop_once(server: Running, said: bytes, before: int) -> None:
    with server.connect() as wire:
        wire.send(put("/pausing?a", CHUNKED), said[:before], said[before:], pause=0.6)
        seen = wire.answer().json
        assert (seen["size"], seen["digest"]) == (len(BODY), DIGEST)
        assert wire.ask().status == 200


def test_an_upload_that_was_asked_for_may_stop(patient):
    with patient.connect() as wire:
        wire.send(put("/pausing?a", CONTINUE, length(len(BODY))))
        assert wire.answer().status == 100
        wire.send(BODY[:10], BODY[10:], pause=0.6)
        assert wire.answer().json["digest"] == DIGEST


def test_a_good_piece_is_worth_a_thread_and_a_byte_is_not(patient):
    with begun(patient, 1, "/pausing?a", 10) as [wire]:
        wire.send(*(BODY[at : at + 1] for at in range(10, 30)), pause=0.1)
        wire.send(BODY[30:1_500_000], BODY[1_500_000:], pause=1)
        assert wire.answer().json["calls"] in {3, 4}


def test_a_malformed_chunk_behind_a_pause_is_refused(patient):
    with patient.connect() as wire:
        wire.send(put("/pausing?a", CHUNKED), b"5\r\nhello\r\n", b"no size\r\n", pause=1)
        assert wire.answer().status == 400


@pytest.mark.parametrize("size", [70_000, 3 << 20])
def test_a_body_is_gathered_before_it_is_read(patient, size):
    with patient.connect() as wire:
        wire.send(put("/gathering", length(size)), BODY[:10], BODY[10:size], pause=0.6)
        answer = wire.answer()
        assert answer.json["sha256"] == hashlib.sha256(BODY[:size]).hexdigest()
        assert answer.json["last"] < 0.5


@pytest.mark.parametrize("sent", [900_000, 1_500_000, len(BODY)])
def test_who_leaves_a_thread_without_need_is_called_again_soon(patient, sent):
    with begun(patient, 40, "/resting?a", sent) as wires:
        time.sleep(0.5)
        assert answered_in(patient) < 0.5
        for wire in wires:
            wire.send(BODY[sent:])
        assert {wire.answer().json["digest"] for wire in wires} == {DIGEST}
        assert wires[0].ask().status == 200


@pytest.mark.parametrize("target", ["/pausing?a", "/resting?a"])
def test_who_leaves_within_a_pause_leaves_nothing(patient, target):
    files = Path(f"/proc/{patient.worker_pid()}/fd")
    before = len(list(files.iterdir()))
    with begun(patient, 10, target, 500_000):
        time.sleep(1)
    time.sleep(0.5)
    assert len(list(files.iterdir())) <= before + 1


@pytest.mark.parametrize("query", ["", "?a"])
def test_an_upload_that_is_abandoned_is_ended(query):
    """A stranger's after the stranger's window, here of a second."""
    with (
        run_server(workers=1, window=1, body=1) as server,
        begun(server, 1, f"/pausing{query}", 100_000) as [wire],
    ):
        assert wire.answer().status == 408


def test_one_party_has_its_share_and_others_theirs(narrow):
    with begun(narrow, 6, "/pausing?a", 100), begun(narrow, 1, "/pausing?b", 100) as [other]:
        time.sleep(1)
        with begun(narrow, 1, "/pausing?a", 100) as [refused]:
            answer = refused.answer()
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert answered_in(narrow) < 0.5
        assert other.send(BODY[100:]).answer().status == 201


def gathered(server: Running, parties: str) -> list[int]:
    """The statuses of uploads, one of each party, of which 1.8 MB wait at once."""
    with contextlib.ExitStack() as stack:
        wires = [
            stack.enter_context(begun(server, 1, f"/gathering?{party}", 10))[0] for party in parties
        ]
        time.sleep(1)
        for wire in wires:
            wire.send(BODY[10:1_800_000])
            time.sleep(0.2)
        return [wire.send(BODY[1_800_000:]).answer().status for wire in wires]


def test_what_waits_has_bounded_room(narrow):
    assert set(gathered(narrow, "abcdef")) == {201, 503}  # there are eight MiB


def test_one_party_has_its_share_of_the_room_and_others_theirs(narrow):
    assert gathered(narrow, "aaab") == [201, 201, 503, 201]


def test_who_resets_a_connection_that_rests_is_not_called_again(narrow: Running) -> None:
    with narrow.connect() as wire:
        wire.send(put("/resting?gone", length(100_000)) + BODY[:100_000])
        time.sleep(0.3)
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    time.sleep(0.3)
    with narrow.connect() as other:
        assert other.ask("/rests?gone").json == {"calls": 1}
