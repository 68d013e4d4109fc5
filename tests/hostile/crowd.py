"""Many clients who hold on: each sends a byte, or takes one, every third of a second."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

PAUSE_SECONDS = 1 / 3
REST = 6  # pauses after which one comes again who was cut
SMALL_BUFFER = 4096


@dataclass(frozen=True)
class Holding:
    """What each of a crowd does. said: at once; dripped: byte by byte, ``b""`` is to read so."""

    said: bytes
    dripped: bytes = b""


class Member:
    """One client of the crowd; whoever is cut comes again."""

    def __init__(self, port: int, source: str, holding: Holding) -> None:
        self._port, self._source, self._holding = port, source, holding
        self._rest = 0
        self.begin()

    def begin(self) -> None:
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        self.sock.bind((self._source, 0))
        self.sock.connect(("127.0.0.1", self._port))
        self.sock.sendall(self._holding.said)
        self._left = iter(self._holding.dripped)

    def move(self) -> None:
        """Do the next of what it does."""
        if self._rest:
            self._rest -= 1
            if not self._rest:
                self.begin()
            return
        try:
            if self._holding.dripped:
                self.sock.sendall(bytes([next(self._left)]))
                gone = self._is_answered()
            else:
                gone = not self.sock.recv(1)
        except OSError:
            gone = True
        if gone:
            self.sock.close()
            self._rest = REST

    def _is_answered(self) -> bool:
        try:
            self.sock.recv(SMALL_BUFFER, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        return True


@contextlib.contextmanager
def crowd(port: int, holding: Holding, size: int, addresses: int) -> Iterator[list[Member]]:
    """``size`` clients from so many addresses, at it until the end."""
    sources = [f"127.0.1.{1 + number % addresses}" for number in range(size)]
    members = [Member(port, source, holding) for source in sources]
    over = threading.Event()

    def move() -> None:
        while not over.is_set():
            began = time.monotonic()
            for member in members:
                member.move()
            over.wait(max(0.0, PAUSE_SECONDS - (time.monotonic() - began)))

    thread = threading.Thread(target=move)
    thread.start()
    try:
        yield members
    finally:
        over.set()
        thread.join()
        for member in members:
            member.sock.close()
