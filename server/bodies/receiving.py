"""The bytes of a body, from the socket: how long they are waited for."""

import socket
import struct
import time
from typing import Final

from server.errors import BodyError, TruncatedBodyError
from server.waiting import LEAVE_SECONDS, SLICE_SECONDS, Wait

PIECE: Final = 65536
"""Bytes that are asked for at once."""

DRAIN_SECONDS: Final = 0.02
"""A thread's time for whoever sends what nobody wants."""


def patience(seconds: float) -> bytes:
    """Return ``seconds`` as the kernel's timeval, for SO_RCVTIMEO and SO_SNDTIMEO."""
    return struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))


_SLICE: Final = patience(SLICE_SECONDS)
_LEAVE: Final = patience(LEAVE_SECONDS)
_DRAIN: Final = patience(DRAIN_SECONDS)


class NothingYetError(Exception):
    """Nothing has come, and nobody waits for it here."""


class Receiver:
    """Bytes that came with the head first, then those of the socket.

    touched: SO_RCVTIMEO was changed; pending: bytes received and not consumed, at the end those
    of the next request; received: bytes from the socket.
    """

    __slots__ = (
        "_draining",
        "_expects",
        "_leaves",
        "_limit",
        "_polled_until",
        "_sock",
        "_wait",
        "pending",
        "received",
    )

    def __init__(self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool) -> None:
        self._sock = sock
        self._wait = wait
        self._draining = False
        self._expects = expects and not pending
        self._leaves = False  # a thread does not wait for long
        self._polled_until = 0  # so many bytes are received when the poller's turn ends
        self._limit: bytes | None = None  # how long the kernel waits
        self.received = 0
        self.pending = bytearray(pending)

    @property
    def touched(self) -> bool:
        """Whether SO_RCVTIMEO is not what it was."""
        return self._limit is not None

    @property
    def _is_polled(self) -> bool:
        """Whether the poller asks: nobody waits then.

        What it has received it decodes: the socket does not tell of the body's end once more.
        """
        return self._polled_until > 0

    def end(self) -> None:
        """Be done with it for now: no thread waits for it any more."""
        self._wait.end()

    def _receive_into(self, view: memoryview) -> int:
        """Take pending bytes, or one piece from the socket; at least 1 byte."""
        if self.pending:
            count = min(len(view), len(self.pending))
            view[:count] = self.pending[:count]
            del self.pending[:count]
            return count
        flags = self._await()
        while True:
            try:
                count = self._sock.recv_into(view, 0, flags)
                break
            except OSError as error:
                self._bear(error)
        self._count(count)
        return count

    def _fill(self) -> None:
        """Add one piece from the socket to the pending bytes."""
        flags = self._await()
        while True:
            try:
                piece = self._sock.recv(PIECE, flags)
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
        if self._is_polled or (self._leaves and self._wait.shall_leave()):
            raise NothingYetError from None
        if not self._leaves:
            self._wait.look(self.received)

    def _count(self, received: int) -> None:
        """Notice the client's hanging up, and one that keeps a thread with hardly any bytes."""
        if not received:
            raise TruncatedBodyError("the client hung up within the body")
        self.received += received
        if self._is_polled or self._draining:
            return
        if self._leaves:
            self._wait.note(self.received)
        elif time.monotonic() >= self._wait.due:
            self._wait.look(self.received)

    def _await(self) -> int:
        """Prepare a read from the socket and return its flags.

        The client may want leave to send (RFC 9110 §10.1.1).

        Raises: TooManyWaitError; NothingYetError: it has sent too slowly for a thread, or so much
        that it is others' turn in the poller.
        """
        if not self._draining:
            self._wait.begin(seated=not self._leaves and not self._is_polled)
        if self._expects:
            self._expects = False
            try:
                self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            except OSError as error:
                raise _broken(error) from error
        if self._is_polled:
            if self.received >= self._polled_until:
                raise NothingYetError
            return socket.MSG_DONTWAIT
        if self._leaves and self._wait.is_slow:
            raise NothingYetError
        limit = _DRAIN if self._draining else _LEAVE if self._leaves else _SLICE
        if self._limit is not limit:
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
            self._limit = limit
        return 0


def _broken(error: OSError) -> BodyError:
    return TruncatedBodyError(f"the connection broke within the body: {error}")
