"""What a connection has to send: as much of it as the client takes soon, the rest later."""

import errno
import fcntl
import os
import socket
import sys
import termios

from server.errors import BrokenResponseError, ConnectionGoneError
from server.exchange import FilePiece


class _Span:
    """Bytes of a file, to be sent by the kernel."""

    __slots__ = ("fd", "start", "stop")

    def __init__(self, fd: int, start: int, stop: int) -> None:
        self.fd, self.start, self.stop = fd, start, stop

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, rest: slice) -> "_Span":
        return _Span(self.fd, self.start + rest.start, self.stop)


class Sender:
    """The sending half of a socket."""

    __slots__ = ("_handed", "_unsent", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._unsent: list[memoryview | _Span] = []  # what the client has not taken yet
        self._handed = 0  # bytes that the kernel has taken

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
            count = self._push(data, socket.MSG_MORE if more else 0)
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
        unsent = self._unsent
        while unsent:
            part = unsent[0]
            count = self._push_span(part) if isinstance(part, _Span) else self._push(part, 0)
            if count < len(part):
                unsent[0] = part[count:]
                return False
            del unsent[0]
        return True

    def _push(self, data: bytes | memoryview, flags: int) -> int:
        """Send as much as the client takes soon (SO_SNDTIMEO); return how many bytes."""
        try:
            count = self.sock.send(data, flags)
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
