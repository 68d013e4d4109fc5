"""Responses: status line, headers and the first piece of the body in one system call."""

import errno
import fcntl
import os
import socket
import sys
import termios
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from functools import lru_cache
from types import TracebackType
from typing import Final
from wsgiref.types import WSGIApplication

from server.exchange import REQUEST_ID, FilePiece
from server.input import Body
from server.request import MAX_HEAD, Request

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_RETRY_SECONDS: Final = 5
_JOIN_LIMIT: Final = 65536  # up to this size copying a piece is cheaper than a second send
_OURS: Final = frozenset(
    {
        "connection",
        "date",
        "keep-alive",
        "server",
        "transfer-encoding",
        "x-openstack-request-id",
        "x-trans-id",
    }
)


class ClientGoneError(Exception):
    """Nothing more can be sent: the client hung up, or took nothing for too long."""


class BrokenResponseError(Exception):
    """The application's response cannot be sent as it says."""


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _signature(request_id: str) -> str:
    """Return the four fields that every response has, this server's own."""
    return (
        f"Server: pithos\r\nDate: {_date(int(time.time()))}\r\n"
        f"X-Trans-Id: {request_id}\r\nX-Openstack-Request-Id: {request_id}"
    )


class _Span:
    """Bytes of a file, to be sent by the kernel."""

    __slots__ = ("fd", "start", "stop")

    def __init__(self, fd: int, start: int, stop: int) -> None:
        self.fd, self.start, self.stop = fd, start, stop

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, rest: slice) -> "_Span":
        return _Span(self.fd, self.start + rest.start, self.stop)


class Response:
    """One response on ``sock``, which is sent as far as the client takes it soon.

    started: the head has been sent; keep_alive: whether the connection may go on after it;
    sent: bytes of the body that have been sent, or are about to be.
    """

    __slots__ = (
        "_body",
        "_chunked",
        "_handed",
        "_headers",
        "_left",
        "_pieces",
        "_request",
        "_result",
        "_silent",
        "_sock",
        "_status",
        "_unsent",
        "keep_alive",
        "sent",
        "started",
    )

    def __init__(
        self, sock: socket.socket, request: Request, body: Body, *, keep_alive: bool
    ) -> None:
        self._sock = sock
        self._request = request
        self._body = body
        self._status = ""
        self._headers: list[tuple[str, str]] = []
        self._left: int | None = None  # bytes of Content-Length still to be sent
        self._chunked = False
        self._silent = False
        self._result: Iterable[bytes | FilePiece] | None = None
        self._pieces: Iterator[bytes | FilePiece] | None = None
        self._unsent: deque[memoryview | _Span] = deque()  # what the client has not taken yet
        self._handed = 0  # bytes that the kernel has taken
        self.keep_alive = keep_alive
        self.sent = 0
        self.started = False

    @property
    def status(self) -> int:
        """The status that has been sent; 0 before."""
        return int(self._status[:3]) if self.started else 0

    @property
    def taken(self) -> int:
        """Bytes that have reached the client; TIOCOUTQ is what the kernel still has of them."""
        waiting = fcntl.ioctl(self._sock, termios.TIOCOUTQ, bytes(4))
        return self._handed - int.from_bytes(waiting, sys.byteorder)

    def run(self, application: WSGIApplication) -> bool:
        """Call the application and send what it returns; the next call goes on with that.

        Return whether all is sent. If not, the client takes nothing more for now.

        Raises: ClientGoneError, BrokenResponseError, and whatever the application raises.
        """
        complete = True  # as far as it can be, after an error
        try:
            if self._result is None:
                self._result = application(self._request.environ, self.start)
            complete = self._send_result(self._result)
        finally:
            if complete:
                self.close()
        return complete

    def close(self) -> None:
        """Let the application give back what it holds for this response."""
        close = getattr(self._result, "close", None)
        if close is not None:
            close()

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """Be WSGI's start_response (PEP 3333)."""
        if exc_info is not None and self.started and exc_info[1] is not None:
            raise exc_info[1]
        if self._status and exc_info is None:
            raise BrokenResponseError("start_response was called twice")
        self._status, self._headers = status, headers
        return self._write

    def _send_result(self, result: Iterable[bytes | FilePiece]) -> bool:
        """Return whether all is sent."""
        if self._pieces is None:
            if isinstance(result, list | tuple) and not self.started:
                self._pieces = iter(())
                self._begin(b"".join(result), whole=True)
                return not self._unsent
            self._pieces = iter(result)
        while self._flush():
            if self._silent and self.started:
                return True
            piece = next(self._pieces, None)
            if piece is None:
                return self._end()
            if piece:
                self._write(piece)
        return False

    def _end(self) -> bool:
        """Send what follows the last piece; whether all is sent."""
        if not self.started:
            self._begin(b"", whole=True)
        elif self._chunked:
            self._chunked = False  # once
            self._send(b"0\r\n\r\n")
        if self._left and not self._silent:
            raise BrokenResponseError(f"the body ended {self._left} bytes early")
        return self._flush()

    def _write(self, piece: bytes | FilePiece) -> None:
        if not self.started:
            self._begin(bytes(piece), whole=False)
            return
        self.sent += len(piece)
        if self._chunked:
            self._send(b"%x\r\n" % len(piece), more=True)
            self._send(bytes(piece), more=True)
            self._send(b"\r\n")
        else:
            self._count(len(piece))
            if isinstance(piece, bytes):
                self._send(piece)
            else:
                self._send_file(piece)

    def _count(self, size: int) -> None:
        if self._left is None:
            return
        self._left -= size
        if self._left < 0:
            raise BrokenResponseError(f"the body is {-self._left} bytes too long")

    def _begin(self, piece: bytes, *, whole: bool) -> None:
        """Send the head together with ``piece``; ``whole``: nothing follows it."""
        if not self._status:
            raise BrokenResponseError("the application never called start_response")
        request_id = self._request.environ[REQUEST_ID]
        lines = [f"HTTP/1.1 {self._status}", _signature(request_id)]
        self._add_headers(lines)
        self._add_framing(lines, len(piece) if whole else None)
        head = _encode(lines)
        if len(head) > MAX_HEAD:
            head = _encode(_shortened(lines))
        if self._silent:
            piece = b""
        self.sent = len(piece)
        if self._chunked:
            piece = b"%x\r\n%b\r\n" % (len(piece), piece)
        elif not self._silent:
            self._count(len(piece))
            if whole and self._left:
                raise BrokenResponseError(f"the body ended {self._left} bytes early")
        self.started = True
        if len(piece) <= _JOIN_LIMIT:
            self._send(head + piece)
        else:
            self._send(head, more=True)
            self._send(piece)

    def _add_headers(self, lines: list[str]) -> None:
        for name, value in self._headers:
            lower = name.lower()
            if lower in _OURS:
                if lower == "connection" and "close" in value.lower():
                    self.keep_alive = False
                continue
            if lower == "content-length":
                self._left = int(value)
            lines.append(f"{name}: {value}")

    def _add_framing(self, lines: list[str], size: int | None) -> None:
        """Settle how the body ends; ``size``: bytes of the body where it is known."""
        request = self._request
        self._silent = request.environ["REQUEST_METHOD"] == "HEAD" or self._status[:3] in {
            "204",
            "304",
        }
        if self._left is None and not self._silent:
            if size is not None:
                self._left = size
                lines.append(f"Content-Length: {size}")
            elif request.http11:
                self._chunked = True
                lines.append("Transfer-Encoding: chunked")
            else:
                self.keep_alive = False
        if self.keep_alive and not self._body.complete and not self._body.drainable:
            self.keep_alive = False
        if not self.keep_alive:
            lines.append("Connection: close")
        elif not request.http11:
            lines.append("Connection: keep-alive")

    def _send_file(self, piece: FilePiece) -> None:
        """Let the kernel send: bytes that Python never sees cost a third less."""
        self._unsent.append(_Span(piece.fd, piece.start, piece.stop))
        self._flush()

    def _send(self, data: bytes, *, more: bool = False) -> None:
        """Send, or keep what the client does not take soon."""
        if not self._unsent:
            count = self._push(data, socket.MSG_MORE if more else 0)
            if count == len(data):
                return
            self._unsent.append(memoryview(data)[count:])
        else:
            self._unsent.append(memoryview(data))

    def _flush(self) -> bool:
        """Send what the client has not taken; whether that is all."""
        unsent = self._unsent
        while unsent:
            part = unsent[0]
            count = self._push_span(part) if isinstance(part, _Span) else self._push(part, 0)
            if count < len(part):
                unsent[0] = part[count:]
                return False
            unsent.popleft()
        return True

    def _push(self, data: bytes | memoryview, flags: int) -> int:
        """Send as much as the client takes soon (SO_SNDTIMEO); return how many bytes."""
        try:
            count = self._sock.send(data, flags)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ClientGoneError from error
        self._handed += count
        return count

    def _push_span(self, span: _Span) -> int:
        try:
            count = os.sendfile(self._sock.fileno(), span.fd, span.start, len(span))
        except BlockingIOError:
            return 0
        except OSError as error:
            if error.errno == errno.EIO:  # the disk's; a connection has other ways to fail
                raise BrokenResponseError("a file could not be read") from error
            raise ClientGoneError from error
        if not count:
            raise BrokenResponseError("a file became shorter while it was sent")
        self._handed += count
        return count


def _encode(lines: list[str]) -> bytes:
    """Join the head's lines; a line break inside one would be a second header or response."""
    text = "\r\n".join(lines)
    breaks = len(lines) + 2  # the second line holds four fields
    if text.count("\r") != breaks or text.count("\n") != breaks or "\0" in text:
        raise BrokenResponseError("a line break or NUL in a header")
    return (text + "\r\n\r\n").encode("latin-1")


def _shortened(lines: list[str]) -> list[str]:
    """Return the head's lines without the longest fields, and with how many are left out.

    Proxies refuse what is longer. What the protocol needs is short; what is long is what users
    wrote before there were limits for it.
    """
    told, fields = lines[:2], lines[2:]  # the status line, the server's own four
    excess = sum(len(line) + 2 for line in lines) + 64 - MAX_HEAD
    left_out: set[int] = set()
    for at in sorted(range(len(fields)), key=lambda at: -len(fields[at])):
        if excess <= 0:
            break
        left_out.add(at)
        excess -= len(fields[at]) + 2
    kept = [field for at, field in enumerate(fields) if at not in left_out]
    return [*told, *kept, f"X-Headers-Left-Out: {len(left_out)}"]


def plain(status: int, phrase: str, request_id: str) -> bytes:
    """Return a whole response without a body, after which the connection ends."""
    later = f"Retry-After: {_RETRY_SECONDS}\r\n" if status == 503 else ""
    return (
        f"HTTP/1.1 {status} {phrase}\r\n{_signature(request_id)}\r\n"
        f"{later}Content-Length: 0\r\nConnection: close\r\n\r\n"
    ).encode()
