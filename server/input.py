"""Request bodies as ``wsgi.input``: read straight from the socket, never a clean end if cut."""

import re
import socket
import struct
import time
from collections.abc import Iterator
from typing import Final

from server.errors import BodyError, MalformedBodyError, TruncatedBodyError
from server.waiting import SLICE_SECONDS, Wait

_PIECE: Final = 65536
_DRAIN_LIMIT: Final = 65536  # bytes of an unread body worth reading to keep the connection
_DRAIN_SECONDS: Final = 0.02  # a thread's, for whoever sends what nobody wants
MAX_CHUNK_LINE: Final = 256
MAX_TRAILERS: Final = 8192
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")
_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*")


def patience(seconds: float) -> bytes:
    """Return ``seconds`` as the kernel's timeval, for SO_RCVTIMEO and SO_SNDTIMEO."""
    return struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))


_SLICE: Final = patience(SLICE_SECONDS)
_DRAIN: Final = patience(_DRAIN_SECONDS)


class Body:
    """What all bodies share: bytes that came with the head first, then those of the socket.

    complete: the end has been read; touched: SO_RCVTIMEO was changed; pending: bytes received and
    not consumed, at the end those of the next request; taken: bytes of the body that were read.
    """

    __slots__ = (
        "_draining",
        "_expects",
        "_failure",
        "_received",
        "_sock",
        "_wait",
        "complete",
        "pending",
        "taken",
        "touched",
    )

    def __init__(self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool) -> None:
        self._sock = sock
        self._wait = wait
        self._draining = False
        self._expects = expects and not pending
        self._received = 0
        self._failure: BodyError | None = None
        self.pending = bytearray(pending)
        self.complete = False
        self.taken = 0
        self.touched = False

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
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        data = bytearray(size)
        view = memoryview(data)
        filled = 0
        while filled < size and (count := self.readinto(view[filled:])):
            filled += count
        return bytes(view[:filled])

    def readline(self, size: int | None = -1) -> bytes:
        """Read to the next line feed, at most ``size`` bytes."""
        limit = _PIECE * _PIECE if size is None or size < 0 else size
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
        scratch = memoryview(bytearray(_DRAIN_LIMIT))
        self._draining, self.touched = True, False
        deadline = time.monotonic() + _DRAIN_SECONDS
        try:
            while not self.complete and time.monotonic() < deadline:
                self.readinto(scratch)
        except BodyError:
            return False
        return self.complete

    def _receive_into(self, view: memoryview) -> int:
        """Take pending bytes, or one piece from the socket; at least 1 byte."""
        if self.pending:
            count = min(len(view), len(self.pending))
            view[:count] = self.pending[:count]
            del self.pending[:count]
            return count
        self._await()
        while True:
            try:
                count = self._sock.recv_into(view)
                break
            except OSError as error:
                self._bear(error)
        self._count(count)
        return count

    def _fill(self) -> None:
        """Add one piece from the socket to the pending bytes."""
        self._await()
        while True:
            try:
                piece = self._sock.recv(_PIECE)
                break
            except OSError as error:
                self._bear(error)
        self._count(len(piece))
        self.pending += piece

    def _bear(self, error: OSError) -> None:
        """Go on waiting if nothing has come yet and the client may have more time."""
        if not isinstance(error, BlockingIOError):
            raise _broken(error) from error
        if self._draining:
            raise TruncatedBodyError("the rest of the body did not come soon") from error
        self._wait.look(self._received)

    def _count(self, received: int) -> None:
        """Notice the client's hanging up, and one that keeps a thread with hardly any bytes."""
        if not received:
            raise TruncatedBodyError("the client hung up within the body")
        self._received += received
        if not self._draining and time.monotonic() >= self._wait.due:
            self._wait.look(self._received)

    def _await(self) -> None:
        """Prepare a read from the socket: the client may want leave to send (RFC 9110 §10.1.1)."""
        if not self.touched:
            if not self._draining:
                self._wait.begin()
            limit = _DRAIN if self._draining else _SLICE
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
            self.touched = True
        if self._expects:
            self._expects = False
            try:
                self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            except OSError as error:
                raise _broken(error) from error

    def end(self) -> None:
        """Be done with it: no thread waits for it any more."""
        self._wait.end()


class SizedBody(Body):
    """A body of Content-Length bytes."""

    __slots__ = ("_left",)

    def __init__(
        self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool, length: int
    ) -> None:
        super().__init__(sock, pending, wait, expects=expects)
        self._left = length

    def _take(self, view: memoryview) -> int:
        view = view[: self._left]
        if not view:
            return 0
        count = self._receive_into(view)
        self._left -= count
        self.complete = not self._left
        return count

    @property
    def drainable(self) -> bool:
        """Say so if the rest is small and, by all that is known, on its way."""
        return self._left <= _DRAIN_LIMIT and not self._expects and not self._failure


class ChunkedBody(Body):
    """A body in the chunked coding (RFC 9112 §7.1), strictly: CRLF only, hexadecimal sizes only."""

    __slots__ = ("_left", "_within")

    def __init__(self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool) -> None:
        super().__init__(sock, pending, wait, expects=expects)
        self._left = 0  # bytes left of the current chunk
        self._within = False  # a chunk has been begun, so its CRLF is due

    def _take(self, view: memoryview) -> int:
        if self.complete or not view or (not self._left and not self._next_chunk()):
            return 0
        if not self.pending and min(self._left, len(view)) < _PIECE:
            self._fill()  # small chunks: one system call for many
        count = self._receive_into(view[: self._left])
        self._left -= count
        return count

    def _next_chunk(self) -> bool:
        """Go to the next chunk's data; False after the last one and its trailers."""
        if self._within and self._line(2):
            raise MalformedBodyError("no CRLF after a chunk")
        match = CHUNK_LINE.fullmatch(self._line(MAX_CHUNK_LINE))
        if match is None:
            raise MalformedBodyError("a chunk size that is not one")
        self._left = int(match[1], 16)
        self._within = True
        if not self._left:
            self._drop_trailers()
            self.complete = True
        return not self.complete

    def _drop_trailers(self) -> None:
        allowed = MAX_TRAILERS
        while line := self._line(allowed):
            allowed -= len(line)
            if not _TRAILER.fullmatch(line):
                raise MalformedBodyError("a trailer that is not a field")

    def _line(self, limit: int) -> bytes:
        """Read a line of at most ``limit`` bytes with its CRLF, and return it without."""
        while (end := self.pending.find(b"\r\n", 0, limit)) < 0:
            if len(self.pending) >= limit or b"\n" in self.pending:
                raise MalformedBodyError("a line that does not end")
            self._fill()
        line = bytes(self.pending[:end])
        del self.pending[: end + 2]
        return line


class NoBody(Body):
    """The body of a request that has none."""

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


def _broken(error: OSError) -> BodyError:
    return TruncatedBodyError(f"the connection broke within the body: {error}")
