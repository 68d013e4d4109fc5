"""The bytes of a body, from the socket: how long they are waited for."""

import socket
import struct
import time
from typing import Final

from server.errors import BodyError, TruncatedBodyError
from server.waiting import SLICE_SECONDS, Wait

PIECE: Final = 65536
"""Bytes that are asked for at once."""

DRAIN_SECONDS: Final = 0.02
"""A thread's time for whoever sends what nobody wants."""


def patience(seconds: float) -> bytes:
    """Return ``seconds`` as the kernel's timeval, for SO_RCVTIMEO and SO_SNDTIMEO."""
    return struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))


_SLICE: Final = patience(SLICE_SECONDS)
_DRAIN: Final = patience(DRAIN_SECONDS)


class Receiver:
    """Bytes that came with the head first, then those of the socket.

    touched: SO_RCVTIMEO was changed; pending: bytes received and not consumed, at the end those
    of the next request.
    """

    __slots__ = ("_draining", "_expects", "_received", "_sock", "_wait", "pending", "touched")

    def __init__(self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool) -> None:
        self._sock = sock
        self._wait = wait
        self._draining = False
        self._expects = expects and not pending
        self._received = 0
        self.pending = bytearray(pending)
        self.touched = False

    def end(self) -> None:
        """Be done with it: no thread waits for it any more."""
        self._wait.end()

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
                piece = self._sock.recv(PIECE)
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


def _broken(error: OSError) -> BodyError:
    return TruncatedBodyError(f"the connection broke within the body: {error}")
