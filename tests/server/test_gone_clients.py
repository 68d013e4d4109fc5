"""An application can ask whether its client is still there."""

import socket
import time
from collections.abc import Iterator

import pytest

from tests.server.conftest import Running, run_server
from tests.server.wire import head


@pytest.fixture(scope="module")
def alone() -> Iterator[Running]:
    """A server of one worker, which remembers how each waiting ended."""
    with run_server(workers=1, threads=4) as running:
        yield running


def waited(server: Running, count: int) -> list[bool]:
    """How the first waitings ended, as soon as there are so many."""
    with server.connect() as wire:
        while len(found := wire.ask("/waited").json) < count:
            time.sleep(0.02)
    return list(found)


@pytest.mark.parametrize("more", [b"", b"GET /nodb HTTP/1.1\r\n"], ids=["silent", "sent more"])
def test_a_client_that_hangs_up_is_gone(alone: Running, more: bytes) -> None:
    before = len(waited(alone, 0))
    with alone.connect() as wire:
        wire.send(head("GET", "/wait") + more)
        time.sleep(0.1)
    assert waited(alone, before + 1)[-1] is True


def test_a_client_that_resets_is_gone(alone: Running) -> None:
    before = len(waited(alone, 0))
    with alone.connect() as wire:
        wire.send(head("GET", "/wait"))
        time.sleep(0.1)
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert waited(alone, before + 1)[-1] is True


def test_a_client_that_waits_is_there(alone: Running) -> None:
    with alone.connect() as wire:
        assert wire.ask("/wait").json is False


def test_a_client_that_asks_the_next_already_is_there(alone: Running) -> None:
    with alone.connect() as wire:
        wire.send(head("GET", "/wait") + head("GET", "/nodb"))
        assert (wire.answer().json, wire.answer().body) == (False, b"ok")
