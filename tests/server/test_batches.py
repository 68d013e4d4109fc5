"""Many requests at once: what an application knows of them together is answered without threads."""

import contextlib
import time
from collections.abc import Iterator

import pytest

from tests.server.conftest import Running, run_server
from tests.server.wire import Wire, head

CROWD = 12


@pytest.fixture(scope="module")
def worker() -> Iterator[Running]:
    with run_server(workers=1, threads=4) as running:
        yield running


@pytest.fixture
def wires(worker: Running) -> Iterator[list[Wire]]:
    with contextlib.ExitStack() as opened:
        yield [opened.enter_context(worker.connect()) for _ in range(CROWD)]


def ask(wires: list[Wire], word: str, times: int = 6) -> list[tuple[str, int]]:
    """Ask on all connections at once, several times; return thread and batch of each answer."""
    found = []
    for _ in range(times):
        for wire in wires:
            wire.send(head("GET", f"/batched/{word}"))
        for wire in wires:
            thread, asked = wire.answer().body.decode().rsplit(" ", 1)
            found.append((thread, int(asked)))
    return found


def test_a_crowd_is_answered_by_the_poller(wires: list[Wire]) -> None:
    found = ask(wires, "here")
    together = [asked for thread, asked in found if thread == "MainThread"]
    assert len(together) > len(found) // 2
    assert max(together) > 1
    assert all(asked == 0 for thread, asked in found if thread != "MainThread")


def test_one_alone_is_answered_by_its_thread(worker: Running) -> None:
    time.sleep(0.05)  # the crowd before it is forgotten
    with worker.connect() as wire:
        assert {asked for _, asked in ask([wire], "here")} == {0}


def test_what_needs_more_is_answered_by_threads_and_told_what_is_known(wires: list[Wire]) -> None:
    found = ask(wires, "elsewhere")
    assert "MainThread" not in {thread for thread, _ in found}
    assert max(asked for _, asked in found) > 1


@pytest.mark.parametrize("word", ["broken", "refused", "confusing"])
def test_what_cannot_be_told_is_answered_by_threads(wires: list[Wire], word: str) -> None:
    found = ask(wires, word)
    assert {asked for _, asked in found} == {0}
    assert "MainThread" not in {thread for thread, _ in found}


def test_what_is_not_told_soon_is_answered_by_threads(wires: list[Wire]) -> None:
    for _ in range(10):
        ask(wires, "here", times=2)
        began = time.monotonic()
        assert {asked for _, asked in ask(wires, "never", times=1)} == {0}
        took = time.monotonic() - began
        assert took < 4
        if took > 0.9:  # they were asked about
            return
    pytest.fail("none was asked about")


def test_a_client_who_takes_nothing_does_not_hold_up_the_others(
    worker: Running, wires: list[Wire]
) -> None:
    ask(wires, "here", times=2)
    with worker.connect() as stalled:
        many = head("GET", "/batched/here") * 500
        stalled.sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while stalled.sock.send(many):
                pass
        assert len(ask(wires, "here", times=2)) == 2 * CROWD


def post(word: str, body: bytes) -> tuple[bytes, bytes]:
    """Head and body of a request for a word."""
    return head("POST", f"/batched/{word}", b"Content-Length: %d\r\n" % len(body)), body


@pytest.mark.parametrize("apart", [False, True])
def test_small_bodies_come_with_their_requests(wires: list[Wire], apart: bool) -> None:
    ask(wires, "here", times=2)
    found = []
    for _ in range(4):
        parts = [post("here", b"body-%d" % number) for number in range(CROWD)]
        for wire, (first, body) in zip(wires, parts, strict=True):
            wire.send(first if apart else first + body)
        for wire, (_, body) in zip(wires, parts, strict=True):
            wire.send(body if apart else b"")
        for wire, (_, body) in zip(wires, parts, strict=True):
            thread, asked, sent = wire.answer().body.rsplit(b" ", 2)
            assert sent == body
            found.append((thread, int(asked)))
    assert max(asked for thread, asked in found if thread == b"MainThread") > 1


def test_what_cannot_be_asked_twice_is_waited_for(wires: list[Wire]) -> None:
    found = ask(wires, "slow", times=3)
    together = [asked for thread, asked in found if thread == "MainThread"]
    assert max(together) > 1
    assert all(asked == 0 for thread, asked in found if thread != "MainThread")


def test_beside_a_slow_batch_another_is_answered(wires: list[Wire]) -> None:
    ask(wires, "here", times=3)
    slow, others = wires[: CROWD // 2], wires[CROWD // 2 :]
    took, found = [], []
    for _ in range(5):
        for wire in slow:
            wire.send(head("GET", "/batched/slow"))
        time.sleep(0.02)
        began = time.monotonic()
        found += ask(others, "here", times=1)
        took.append(time.monotonic() - began)
        for wire in slow:
            assert wire.answer().status == 200
    assert max(asked for _, asked in found) > 1
    assert min(took) < 0.25  # a slow one takes 0.3 s
