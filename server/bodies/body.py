"""What all bodies share: the file interface of WSGI (PEP 3333), and their end."""

import socket
import time
from collections.abc import Iterator
from typing import Final

from server.bodies.receiving import DRAIN_SECONDS, PIECE, Receiver
from server.errors import BodyError
from server.waiting import Wait

DRAIN_LIMIT: Final = 65536
"""Bytes of an unread body worth reading to keep the connection."""


class BodyInput(Receiver):
    """A body to be read once, from its beginning to its end.

    complete: the end has been read; taken: bytes of the body that were read.
    """

    __slots__ = ("_failure", "complete", "taken")

    def __init__(self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool) -> None:
        super().__init__(sock, pending, wait, expects=expects)
        self._failure: BodyError | None = None
        self.complete = False
        self.taken = 0

    def readinto(self, buffer: memoryview) -> int:
        """Fill ``buffer`` as far as one read gives; 0 is the end of the body.

        Raises: TruncatedBodyError, MalformedBodyError, BodyTimeoutError, TooManyWaitError.
        """
        if self._failure:
            raise self._failure  # what has failed once has no clean end
        try:
            count = self._take(memoryview(buffer))
        except BodyError as error:
            self._failure = error
            raise
        self.taken += count
        return count

    def _take(self, view: memoryview) -> int:
        raise NotImplementedError

    def read(self, size: int | None = -1) -> bytes:
        """Read ``size`` bytes, fewer only at the end; all of the body without ``size``."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(PIECE), b""))
        data = bytearray(size)
        view = memoryview(data)
        filled = 0
        while filled < size and (count := self.readinto(view[filled:])):
            filled += count
        return bytes(view[:filled])

    def readline(self, size: int | None = -1) -> bytes:
        """Read to the next line feed, at most ``size`` bytes."""
        limit = PIECE * PIECE if size is None or size < 0 else size
        line = bytearray()
        while len(line) < limit and (byte := self.read(1)):
            line += byte
            if byte == b"\n":
                break
        return bytes(line)

    def readlines(self, _hint: int = -1) -> list[bytes]:
        """Read all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    @property
    def drainable(self) -> bool:
        """Whether little enough is left to read it for the connection's sake."""
        return self.complete

    def drain(self) -> bool:
        """Drop the little that is left; False if it does not come soon."""
        if self.complete:
            return True
        scratch = memoryview(bytearray(DRAIN_LIMIT))
        self._draining, self.touched = True, False
        deadline = time.monotonic() + DRAIN_SECONDS
        try:
            while not self.complete and time.monotonic() < deadline:
                self.readinto(scratch)
        except BodyError:
            return False
        return self.complete


class _NoBody(BodyInput):
    """The body of a request that has none."""

    __slots__ = ()

    def __init__(self) -> None:
        self.complete = True
        self.taken = 0
        self.touched = False

    def readinto(self, buffer: memoryview) -> int:
        """Return 0."""
        return 0

    def read(self, size: int | None = -1) -> bytes:
        """Return nothing."""
        return b""

    def end(self) -> None:
        """Do nothing."""


NO_BODY: Final[BodyInput] = _NoBody()
"""What all requests without a body have: it holds nothing, so that they may share it."""
