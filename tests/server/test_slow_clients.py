"""Clients who send in drips, or take nothing of a response: no thread waits for them."""

import contextlib
import socket
import threading
import time

import pytest

from tests.server.conftest import Running, run_server
from tests.server.wire import CHUNKED, CONTINUE, Wire, head, length, put

LARGE = 64 << 20


@pytest.fixture(scope="module")
def narrow():
    """A server with two threads, eight at most; strangers have two of them."""
    with run_server(workers=1, threads=2, most=8, head=1, body=2, send=2, rate=1024) as running:
        yield running


def answered_in(server: Running) -> float:
    """Seconds until somebody else has an answer."""
    began = time.monotonic()
    with server.connect() as wire:
        assert wire.ask().status == 200
    return time.monotonic() - began


@contextlib.contextmanager
def dripping(server: Running, count: int, said: bytes, drip: bytes, pause: float):
    """So many clients that say something and then send ``drip`` again and again."""
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(server.connect()).send(said) for _ in range(count)]
        over = threading.Event()

        def work() -> None:
            while not over.wait(pause):
                for wire in wires:
                    with contextlib.suppress(OSError):
                        wire.sock.sendall(drip)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield wires
        finally:
            over.set()
            thread.join()


DRIPS = {
    "a head": (b"GET / HTTP/1.1\r\nX-A: ", b"b"),
    "empty lines": (b"", b"\r\n"),
    "a small body": (put("/echo", length(60_000)), b"b"),
    "a chunk": (put("/echo", CHUNKED) + b"fff\r\n", b"b"),
    "chunks": (put("/echo", CHUNKED), b"1\r\nb\r\n"),
    "a chunk extension": (put("/echo", CHUNKED) + b"1;", b"b"),
    "trailers": (put("/echo", CHUNKED) + b"0\r\nX-A: ", b"b"),
    "a large body": (put("/echo", length(1 << 20)), b"b"),
    "a form": (put("/echo", length(1 << 20), b"Content-Type: multipart/form-data"), b"b"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_forty_who_drip_keep_nobody_waiting(narrow, name):
    said, drip = DRIPS[name]
    with dripping(narrow, 40, said, drip, pause=0.01):
        time.sleep(0.7)
        assert max(answered_in(narrow) for _ in range(5)) < 0.5


@pytest.mark.parametrize("said", [b"G", b"GET / HTTP/1.1\r\nX-A: "])
def test_a_dripped_head_has_its_time_from_the_first_byte(narrow, said):
    began = time.monotonic()
    with dripping(narrow, 1, said, b"E" if said == b"G" else b"b", 0.004) as [wire]:
        assert wire.answer().status in {408, 501}
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("said", "drip"), [(put("/echo", length(60_000)), b"b"), (put("/echo", CHUNKED), b"1\r\nb\r\n")]
)
def test_a_dripped_body_has_its_time(narrow, said, drip):
    with dripping(narrow, 1, said, drip, 0.05) as [wire]:
        assert wire.answer().status == 408


def test_a_strangers_large_body_has_a_least_rate_and_whoever_is_known_has_not(narrow):
    """100 bytes a second, where a stranger has to send 1024."""
    heads = [put(f"/echo{query}", length(1 << 20)) for query in ("", "?known")]
    with dripping(narrow, 1, heads[0], b"b" * 5, 0.05) as [wire]:
        began = time.monotonic()
        assert wire.answer().status == 408
        assert time.monotonic() - began < 4
    with dripping(narrow, 1, heads[1], b"b" * 5, 0.05) as [wire]:
        wire.sock.settimeout(4)
        with pytest.raises(TimeoutError):
            wire.answer()


def test_strangers_who_find_no_thread_are_told_to_come_back(narrow):
    with dripping(narrow, 4, put("/echo", CONTINUE, length(1 << 20)), b"", 0.05) as wires:
        answers = [wire.answer() for wire in wires]
    assert sorted(answer.status for answer in answers) == [100, 100, 503, 503]
    assert [answer.headers["retry-after"] for answer in answers if answer.status == 503] == [
        "5"
    ] * 2


def reader(server: Running, target: str) -> Wire:
    wire = Wire.__new__(Wire)
    wire.sock = socket.socket()
    wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.sock.settimeout(20)
    wire.sock.connect(("127.0.0.1", server.port))
    wire.file = wire.sock.makefile("rb")
    return wire.send(head("GET", target))


@pytest.mark.parametrize("target", ["/large", "/whole", "/bigfile", "/endless"])
def test_forty_who_read_nothing_hold_no_thread_and_get_all_when_they_go_on(server, target):
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(reader(server, target)) for _ in range(40)]
        time.sleep(0.5)
        assert max(answered_in(server) for _ in range(5)) < 0.5
        answer = wires[0].answer()
        assert answer.body == bytes(len(answer.body))
        assert len(answer.body) == LARGE
        assert wires[0].ask().status == 200


def test_who_takes_nothing_is_cut(narrow):
    with reader(narrow, "/large") as wire:
        time.sleep(5)
        with pytest.raises(ConnectionError):
            wire.answer()
    with narrow.connect() as wire:
        assert wire.ask("/closed").json > 0  # what the application held is given back


def test_a_stranger_takes_so_much_a_second_and_whoever_is_known_something():
    with (
        run_server(send=2, rate=200_000) as server,
        reader(server, "/large") as stranger,
        reader(server, "/large?known") as known,
    ):
        cut = set()
        until = time.monotonic() + 7
        while time.monotonic() < until:
            for wire in (stranger, known):
                try:
                    wire.sock.recv(2000)
                except ConnectionError:
                    cut.add(wire)
            time.sleep(0.1)
        assert cut == {stranger}


def test_sigterm_lets_a_slow_reader_finish():
    with run_server() as server, reader(server, "/large") as wire:
        time.sleep(0.5)
        server.terminate()
        time.sleep(0.5)
        assert len(wire.answer().body) == LARGE
        assert server.process.wait(5) == 0


def test_sigterm_lets_a_small_body_finish():
    with run_server() as server, server.connect() as wire:
        wire.send(put("/echo", length(10)) + b"hello")
        time.sleep(0.5)
        server.terminate()
        time.sleep(0.5)
        assert wire.send(b"world").answer().json["size"] == 10


def flood(wire: Wire, over: threading.Event) -> None:
    with wire, contextlib.suppress(OSError):
        while not over.is_set():
            wire.send(head("HEAD", "/nodb") * 500)
            wire.sock.recv(1 << 20)


def test_requests_without_end_in_one_connection_let_others_in():
    with run_server(workers=1, threads=1) as server:
        over = threading.Event()
        wires = [server.connect() for _ in range(8)]
        threads = [threading.Thread(target=flood, args=(wire, over)) for wire in wires]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        try:
            assert max(answered_in(server) for _ in range(3)) < 2
        finally:
            over.set()
            for thread in threads:
                thread.join()
