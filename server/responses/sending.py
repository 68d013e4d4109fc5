"""What a connection has to send: as much of it as the client takes soon, the rest later."""

import errno
import fcntl
import os
import socket
import sys
import termios
from collections.abc import Callable
from typing import Final

from server.errors import BodyError, BrokenResponseError, ConnectionGoneError
from server.exchange import FilePiece
from server.spool import Queue, Spool

# Numbers: of flags Python makes a new object each time that two are joined.
_MORE: Final = int(socket.MSG_MORE)
_DONTWAIT: Final = int(socket.MSG_DONTWAIT)

_TURN: Final = 256 * 1024  # bytes that the poller sends one client at a time
_LITTLE: Final = 128 * 1024  # bytes that a client who takes nothing may keep in memory
_MUCH: Final = 1 << 20  # from here on memory is worth a file as soon as a client hesitates
_HUGE: Final = 8 << 20  # such pieces are left to the application that has made them


class _Span:
    """Bytes of a file, to be sent by the kernel."""

    __slots__ = ("fd", "start", "stop")

    def __init__(self, fd: int, start: int, stop: int) -> None:
        self.fd, self.start, self.stop = fd, start, stop

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, part: slice) -> "_Span":
        first, last, _ = part.indices(len(self))
        return _Span(self.fd, self.start + first, self.start + last)


class Sender:
    """The sending half of a socket. waits: whether a moment for a client who takes nothing."""

    __slots__ = ("_handed", "_queue", "_unsent", "sock", "waits")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.waits = True
        self._unsent: list[memoryview | _Span] = []  # what the client has not taken yet
        self._handed = 0  # bytes that the kernel has taken
        self._queue: Queue | None = None  # holds a file of some of it

    @property
    def is_done(self) -> bool:
        """Whether the kernel has taken everything."""
        return not self._unsent

    @property
    def taken(self) -> int:
        """Bytes that have reached the client; TIOCOUTQ is what the kernel still has of them."""
        waiting = fcntl.ioctl(self.sock, termios.TIOCOUTQ, bytes(4))
        return self._handed - int.from_bytes(waiting, sys.byteorder)

    def send(self, data: bytes, *, more: bool = False) -> None:
        """Send, or keep what the client does not take soon. more: of the same follows at once.

        Raises: ConnectionGoneError.
        """
        if not self._unsent:
            count = self._push(data, _MORE if more else 0)
            if count == len(data):
                return
            self._unsent.append(memoryview(data)[count:])
        else:
            self._unsent.append(memoryview(data))

    def send_file(self, piece: FilePiece) -> None:
        """Let the kernel send: bytes that Python never sees cost a third less.

        Raises: ConnectionGoneError, BrokenResponseError.
        """
        self._unsent.append(_Span(piece.fd, piece.start, piece.stop))
        self.flush()

    def flush(self) -> bool:
        """Send what the client has not taken; whether that is all.

        Raises: ConnectionGoneError, BrokenResponseError.
        """
        while self._unsent:
            if not self._advance(self._push_part(self._unsent[0])):
                return False
        self._close_queue()
        return True

    def push(self) -> bool:
        """Send on without waiting, not much at a time; whether it is a thread's turn."""
        self.sock.setblocking(False)
        try:
            left = _TURN
            while self._unsent and left > 0:
                count = self._push_part(self._unsent[0][:left])
                left -= count or left
                self._advance(count)
        except (ConnectionGoneError, BrokenResponseError):
            return True  # which a thread will meet again
        finally:
            self.sock.setblocking(True)
        self._expect()
        return not self._unsent

    @property
    def is_heavy(self) -> bool:
        """Whether what the client does not take fills memory that a file can hold."""
        return self._queue is None and _LITTLE < self._held() <= _HUGE

    @property
    def is_very_heavy(self) -> bool:
        """Whether it fills much."""
        return self.is_heavy and self._held() > _MUCH

    def lay_aside(self, spool: Spool, party_of: Callable[[], str]) -> None:
        """Keep it in a file, if there is room for whoever ``party_of`` tells."""
        parts = self._in_memory()
        queue = self._queue = Queue(spool, party_of)
        try:
            for part in parts:
                queue.write(part)
        except BodyError:
            queue.close()
            return
        at, unsent = 0, self._unsent
        self._unsent = []
        for each in unsent:
            if isinstance(each, _Span):
                self._unsent.append(each)
            else:
                self._unsent.append(_Span(queue.fileno(), at, at + len(each)))
                at += len(each)

    def drop(self) -> None:
        """Forget what was not sent: the connection ends."""
        self._unsent.clear()
        self._close_queue()

    def _held(self) -> int:
        return sum(map(len, self._in_memory()))

    def _in_memory(self) -> list[memoryview]:
        return [part for part in self._unsent if isinstance(part, memoryview)]

    def _expect(self) -> None:
        """Let the kernel read what is sent next, so that the poller need not wait for the disk."""
        if self._unsent and isinstance(span := self._unsent[0], _Span):
            os.posix_fadvise(span.fd, span.start, _TURN, os.POSIX_FADV_WILLNEED)

    def _close_queue(self) -> None:
        if self._queue is not None:
            self._queue.close()
            self._queue = None

    def _advance(self, count: int) -> bool:
        """Take so many bytes off the first part; whether it is sent."""
        first, *others = self._unsent
        if count < len(first):
            self._unsent = [first[count:], *others]
            return False
        self._unsent = others
        return True

    def _push_part(self, part: memoryview | _Span) -> int:
        return self._push_span(part) if isinstance(part, _Span) else self._push(part, 0)

    def _push(self, data: bytes | memoryview, flags: int) -> int:
        """Send as much as the client takes soon (SO_SNDTIMEO); return how many bytes."""
        try:
            count = self.sock.send(data, flags if self.waits else flags | _DONTWAIT)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ConnectionGoneError from error
        self._handed += count
        return count

    def _push_span(self, span: _Span) -> int:
        try:
            count = os.sendfile(self.sock.fileno(), span.fd, span.start, len(span))
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno == errno.EIO:  # the disk's; a connection has other ways to fail
                raise BrokenResponseError("a file could not be read") from error
            raise ConnectionGoneError from error
        if not count:
            raise BrokenResponseError("a file became shorter while it was sent")
        self._handed += count
        return count
