"""What all bodies share: the file interface of WSGI (PEP 3333), and their end."""

import socket
import time
from collections.abc import Iterator
from typing import Final

from server.bodies.receiving import DRAIN_SECONDS, PIECE, NothingYetError, Receiver
from server.errors import BodyError, BodyTimeoutError
from server.spool import Queue
from server.waiting import Wait

DRAIN_LIMIT: Final = 65536
"""Bytes of an unread body worth reading to keep the connection."""


GOOD_PIECE: Final = 1 << 20
"""Bytes that are worth a thread, when the end has not come."""

_TURN: Final = 4 * PIECE  # bytes that the poller takes of one client at a time
_DRIP: Final = 1024  # who sends fewer at once is not looked at again at once


class BodyInput(Receiver):
    """A body to be read once, from its beginning to its end.

    An application that can be called again need not wait for it in its thread: see ``receive``.

    complete: the end has been received; taken: bytes of the body that were received. dripping:
    hardly anything came when the poller looked last. kept: what the application wants to find
    when it is called again; aside: for bytes that it has read and cannot use yet.
    """

    __slots__ = (
        "_failure",
        "_goal",
        "_others",
        "_queue",
        "aside",
        "complete",
        "dripping",
        "kept",
        "taken",
    )

    def __init__(self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool) -> None:
        super().__init__(sock, pending, wait, expects=expects)
        self._failure: BodyError | None = None
        self._goal = GOOD_PIECE
        self._queue = Queue(wait.spool, wait.party)  # what came while no thread was there
        self.aside = Queue(wait.spool, wait.party)
        self._others: list[Queue] = []
        self.complete = False
        self.dripping = False
        self.kept: dict[str, object] = {}
        self.taken = 0

    def readinto(self, buffer: memoryview) -> int:
        """Fill ``buffer`` as far as one read gives; 0 is the end of the body.

        Raises: TruncatedBodyError, MalformedBodyError, BodyTimeoutError, TooManyWaitError;
            SpoolFullError, SpoolDiskError: while no thread was there.
        """
        if self._failure:
            raise self._failure  # what has failed once has no clean end
        if self._queue:
            return self._queue.readinto(memoryview(buffer))
        return self._decode(memoryview(buffer))

    def receive(self, buffer: memoryview) -> int | None:
        """Do the same; None: it would be long, so the thread shall leave.

        The application then returns what ``COME_AGAIN`` names, and is called once a good piece of
        the body is there, or its end.

        Raises: as ``readinto``.
        """
        self._leaves = True
        try:
            return self.readinto(buffer)
        except NothingYetError:
            self._goal = GOOD_PIECE
            return None
        finally:
            self._leaves = False

    def gather(self, most: int) -> bool:
        """Have the whole body at hand, or ``most`` bytes of it, before any of it is read.

        False: it would be long; as None of ``receive``.

        Raises: as ``readinto``.
        """
        if self._failure:
            raise self._failure
        self._leaves, piece = True, memoryview(bytearray(PIECE))
        try:
            while not self.at_hand and len(self._queue) < most:
                self._queue.write(piece[: self._decode(piece)])
        except NothingYetError:
            self._goal = most
            return False
        finally:
            self._leaves = False
        return True

    def collect(self) -> bool:
        """Receive what has come, in the poller; whether it is a thread's turn."""
        piece, before = memoryview(bytearray(PIECE)), self.received
        self._polled_until = before + _TURN
        try:
            while not self.complete:
                self._queue.write(piece[: self._decode(piece)])
        except NothingYetError:
            pass
        except BodyError as error:
            self._failure = error
        finally:
            self._polled_until = 0
        self.dripping = self.received - before < _DRIP
        return self.is_ready

    @property
    def is_ready(self) -> bool:
        """Whether nothing is to be waited for: its end has come, or as much as is wanted."""
        return self.at_hand or self._failure is not None or len(self._queue) >= self._goal

    def give_up(self) -> None:
        """Have the application meet an error: the client has sent too little for long."""
        self._failure = BodyTimeoutError("the client sends nothing, or next to nothing")

    def new_queue(self) -> Queue:
        """Return another place like ``aside``; it is closed at the request's end at the latest."""
        queue = Queue(self._wait.spool, self._wait.party)
        self._others.append(queue)
        return queue

    def close(self) -> None:
        """Give back what waits: the request has ended."""
        self._queue.close()
        self.aside.close()
        for queue in self._others:
            queue.close()
        self.kept.clear()

    @property
    def at_hand(self) -> bool:
        """Whether nothing more has to come for the body's end."""
        return self.complete

    def _decode(self, view: memoryview) -> int:
        try:
            count = self._take(view)
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
        self._draining = True
        deadline = time.monotonic() + DRAIN_SECONDS
        try:
            while not self.complete and time.monotonic() < deadline:
                self._decode(scratch)
        except BodyError:
            return False
        return self.complete


class _NoBody(BodyInput):
    """The body of a request that has none."""

    __slots__ = ()

    def __init__(self) -> None:
        self.complete = True
        self.received = self.taken = 0
        self._limit = None

    def readinto(self, buffer: memoryview) -> int:
        """Return 0."""
        return 0

    def read(self, size: int | None = -1) -> bytes:
        """Return nothing."""
        return b""

    def end(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


NO_BODY: Final[BodyInput] = _NoBody()
"""What all requests without a body have: it holds nothing, so that they may share it."""
