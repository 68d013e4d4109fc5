import contextlib
import hashlib
import os
import select
import socket
import time

import pytest

from server import (
    BodyTimeoutError,
    Settings,
    Strangers,
    TooManyWaitError,
    TruncatedBodyError,
    waiting,
)
from server.bodies.chunked import ChunkedBody
from server.bodies.receiving import PIECE
from server.bodies.sized import SizedBody
from server.exchange import Caller
from tests.server.wire import CHUNKED, CONTINUE, head, length, put

LARGE = os.urandom(70_000)  # more than is received before the application is called


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def wait_for(caller: Caller, settings: Settings | None = None) -> waiting.Wait:
    terms = (settings or Settings()).terms(lambda: False)
    return waiting.Wait(terms, caller, {"REMOTE_ADDR": "192.0.2.1"})


def known() -> Caller:
    caller = Caller()
    caller.authenticate("somebody")
    return caller


@pytest.mark.parametrize("framing", ["sized", "chunked"])
def test_a_body_is_seen_while_it_is_still_coming(wire, framing):
    if framing == "sized":
        parts = [put("/echo", length(70_005)) + LARGE, b"world"]
    else:
        parts = [put("/echo", CHUNKED) + chunk(LARGE), chunk(b"world") + b"0\r\n\r\n"]
    seen = wire.send(*parts, pause=0.4).answer().json
    assert seen["size"] == 70_005
    assert seen["sha256"] == hashlib.sha256(LARGE + b"world").hexdigest()
    assert seen["first"] < 0.3 < seen["last"]


@pytest.mark.parametrize("sizes", [[1] * 3000, [16384] * 40, [3 << 20], [5, 70000, 1, 200000]])
def test_chunks_of_any_size_arrive_unchanged(wire, sizes):
    pieces = [os.urandom(size) for size in sizes]
    wire.send(put("/echo", CHUNKED), *(chunk(piece) for piece in pieces), b"0\r\n\r\n")
    seen = wire.answer().json
    assert seen["size"] == sum(sizes)
    assert seen["sha256"] == hashlib.sha256(b"".join(pieces)).hexdigest()
    assert wire.ask().status == 200


@pytest.mark.parametrize("content", [b"hello", LARGE])
def test_sizes_may_have_leading_zeros_up_to_16_digits(wire, content):
    body = b"%016X\r\n%b\r\n%016x\r\n\r\n" % (len(content), content, 0)
    wire.send(put("/echo", CHUNKED), body)
    assert wire.answer().json["sha256"] == hashlib.sha256(content).hexdigest()
    assert wire.ask().status == 200


@pytest.mark.parametrize("size", [b"%017x" % 5, b"%x" % 2**60])
def test_a_size_of_more_digits_is_400(wire, size):
    wire.send(put("/echo", CHUNKED), size + b"\r\nhello\r\n0\r\n\r\n")
    assert wire.answer().status == 400


def test_extensions_and_trailers_are_dropped(wire):
    wire.send(put("/echo", CHUNKED), b"5;name=value\r\nhello\r\n0\r\nX-T: a\r\nX-U: b\r\n\r\n")
    seen = wire.answer().json
    assert seen["size"] == 5
    assert "HTTP_X_T" not in seen["environ"]
    assert wire.ask().status == 200


def test_trailers_are_bounded(wire):
    wire.send(put("/echo", CHUNKED), b"0\r\n" + b"X-T: aaaa\r\n" * 1000 + b"\r\n")
    assert wire.answer().status == 400


@pytest.mark.parametrize(
    "begun",
    [
        put("/echo", length(11)) + b"hello",
        put("/echo", length(11)),
        put("/echo", CHUNKED) + b"5\r\nhello\r\n",
        put("/echo", CHUNKED) + b"5\r\nhel",
        put("/echo", CHUNKED) + b"5\r\nhello\r\n0\r\n",
        put("/echo", CHUNKED) + b"5\r\nhello\r\n0\r\nX-T: a\r\n",
    ],
)
def test_a_cut_body_is_never_a_complete_one(wire, begun):
    wire.send(begun)
    wire.sock.shutdown(socket.SHUT_WR)
    assert wire.answer().status == 400
    assert wire.is_closed()


@pytest.mark.parametrize("framing", [length(11), CHUNKED])
def test_a_stalled_body_times_out(wire, framing):
    began = time.monotonic()
    assert wire.send(put("/echo", framing) + b"5\r\nhe").answer().status == 408
    assert 0.9 < time.monotonic() - began < 4
    assert wire.is_closed()


def test_100_continue_is_sent_when_the_application_reads(wire):
    wire.send(put("/echo", CONTINUE, length(5)))
    assert wire.answer().status == 100
    assert wire.send(b"hello").answer().json["size"] == 5
    assert wire.ask().status == 200


def test_no_100_continue_before_a_refusal(wire):
    answer = wire.send(put("/refuse?401", CONTINUE, length(11_000_000))).answer()
    assert (answer.status, answer.headers["connection"]) == (401, "close")
    assert wire.is_closed()


def test_no_100_continue_for_a_body_that_is_there(wire):
    assert wire.send(put("/echo", CONTINUE, length(5)) + b"hello").answer().status == 201


def test_a_refusal_reaches_a_client_that_keeps_sending(wire):
    wire.send(put("/refuse?413", length(20_000_000)))
    with contextlib.suppress(ConnectionError):
        wire.send(*[bytes(100_000)] * 200)
    answer = wire.answer()
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert wire.is_closed()


def test_a_small_unread_body_does_not_cost_the_connection(wire):
    wire.send(put("/refuse?401", length(4096)) + bytes(4096) + head("GET", "/nodb"))
    assert [wire.answer().status, wire.answer().status] == [401, 200]


def test_an_unread_body_is_never_taken_for_a_request(wire):
    hidden = head("GET", "/nodb")
    wire.send(put("/refuse?401", CHUNKED) + chunk(hidden) + b"0\r\n\r\n")
    assert wire.answer().status == 401
    assert wire.is_closed()


def test_the_file_interface(wire):
    wire.send(put("/read", length(20)) + b"line\n12345", b"the rest..", pause=0.1)
    assert wire.answer().json == ["line\n", "12345", 10]


def test_a_body_that_only_drips_times_out(monkeypatch):
    """Each byte is in time, but all of them together would hold a thread for good."""
    monkeypatch.setattr(waiting, "GRACE_SECONDS", 0.1)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        body = SizedBody(ours, b"ab", wait_for(known()), expects=False, length=10**6)
        theirs.sendall(b"c" * 100)
        assert body.read(102) == b"ab" + b"c" * 100
        time.sleep(0.35)
        theirs.sendall(b"d")
        with pytest.raises(BodyTimeoutError):
            body.read(2)


@pytest.mark.parametrize(
    "strangers", [Strangers(rate=1000, window=0.1), Strangers(rate=1, seconds=0.1)]
)
def test_a_stranger_has_less_time_than_whoever_is_known(strangers):
    ours, theirs = socket.socketpair()
    settings = Settings(strangers=strangers)
    with ours, theirs:
        theirs.sendall(b"x")
        for caller, error in ((Caller(), BodyTimeoutError), (known(), TimeoutError)):
            settings = Settings(strangers=strangers, release=ring(caller.known))
            body = SizedBody(ours, b"", wait_for(caller, settings), expects=False, length=9)
            with pytest.raises(error):
                body.read(9)


@pytest.mark.parametrize("beyond", [-1, 0, 1, 6, 7, 8])
def test_the_poller_notices_an_end_that_comes_with_the_last_bytes_of_its_turn(monkeypatch, beyond):
    monkeypatch.setattr("server.bodies.body._TURN", PIECE)
    content = os.urandom(PIECE - len(b"fff2" + b"\r\n" + b"\r\n0\r\n\r\n") + beyond)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        body = ChunkedBody(ours, b"", wait_for(known()), expects=False)
        assert not body.gather(1 << 20)
        theirs.sendall(chunk(content) + b"0\r\n\r\n")
        while select.select([ours], [], [], 0)[0]:
            complete = body.collect()
        assert complete
        assert body.read() == content
        body.close()


def ring(at_once: bool):
    """What a thread does that waits: end the test."""

    def release():
        if at_once:
            raise TimeoutError

    return release


def test_strangers_and_addresses_have_a_share_of_the_threads():
    settings = Settings(most_threads=8)  # strangers have two of them, an address four
    terms = settings.terms(lambda: False)
    taken = []

    def take(address, *, stranger):
        taken.append(terms.seats.take(address, stranger=stranger))
        return taken[-1] is not None

    assert [take("a", stranger=True) for _ in range(3)] == [True, True, False]
    assert not take("b", stranger=True)
    assert [take("a", stranger=False) for _ in range(3)] == [True, True, False]
    assert take("b", stranger=False)
    assert taken[0] is not None
    terms.seats.leave(taken[0])
    assert take("c", stranger=True)


def test_a_stranger_without_a_seat_is_told_to_come_back():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        terms = Settings(most_threads=4).terms(lambda: False)
        bodies = [
            SizedBody(
                ours,
                b"",
                waiting.Wait(terms, Caller(), {"REMOTE_ADDR": "a"}),
                expects=False,
                length=2,
            )
            for _ in range(2)
        ]
        theirs.sendall(b"x")
        assert bodies[0].readinto(memoryview(bytearray(2))) == 1
        with pytest.raises(TooManyWaitError):
            bodies[1].read(2)
        bodies[0].end()
        theirs.sendall(b"yz")
        bodies[1] = SizedBody(
            ours, b"", waiting.Wait(terms, Caller(), {"REMOTE_ADDR": "a"}), expects=False, length=2
        )
        assert bodies[1].read(2) == b"yz"


def test_a_failed_body_stays_failed():
    ours, theirs = socket.socketpair()
    with ours:
        body = ChunkedBody(ours, b"3\r\nabc\r\n0\r\n", wait_for(known()), expects=False)
        theirs.close()
        assert body.read(3) == b"abc"
        for _ in range(2):
            with pytest.raises(TruncatedBodyError):
                body.read(1)
