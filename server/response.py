"""Responses: status line, headers and the first piece of the body in one system call."""

import errno
import os
import socket
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import lru_cache
from types import TracebackType
from typing import Final
from wsgiref.types import WSGIApplication

from server.exchange import REQUEST_ID, FilePiece
from server.input import Body
from server.request import MAX_HEAD, Request

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

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


class Response:
    """One response on ``sock``.

    started: the head has been sent; keep_alive: whether the connection may go on after it;
    sent: bytes of the body that have been sent.
    """

    __slots__ = (
        "_body",
        "_chunked",
        "_headers",
        "_left",
        "_request",
        "_silent",
        "_sock",
        "_status",
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
        self.keep_alive = keep_alive
        self.sent = 0
        self.started = False

    @property
    def status(self) -> int:
        """The status that has been sent; 0 before."""
        return int(self._status[:3]) if self.started else 0

    def run(self, application: WSGIApplication) -> None:
        """Call the application and send what it returns.

        Raises: ClientGoneError, BrokenResponseError, and whatever the application raises.
        """
        result = application(self._request.environ, self.start)
        try:
            if isinstance(result, list | tuple) and not self.started:
                self._begin(b"".join(result), whole=True)
            else:
                self._stream(result)
        finally:
            close = getattr(result, "close", None)
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

    def _stream(self, result: Iterable[bytes | FilePiece]) -> None:
        for piece in result:
            if piece:
                self._write(piece)
                if self._silent:
                    return  # close() is still called
        if not self.started:
            self._begin(b"", whole=True)
        elif self._chunked:
            self._send(b"0\r\n\r\n")
        if self._left and not self._silent:
            raise BrokenResponseError(f"the body ended {self._left} bytes early")

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
        start = piece.start
        try:
            while start < piece.stop:
                count = os.sendfile(self._sock.fileno(), piece.fd, start, piece.stop - start)
                if not count:
                    raise BrokenResponseError("a file became shorter while it was sent")
                start += count
        except OSError as error:
            if error.errno == errno.EIO:  # the disk's; a connection has other ways to fail
                raise BrokenResponseError("a file could not be read") from error
            raise ClientGoneError from error

    def _send(self, data: bytes, *, more: bool = False) -> None:
        try:
            self._sock.sendall(data, socket.MSG_MORE if more else 0)
        except OSError as error:
            raise ClientGoneError from error


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
    return (
        f"HTTP/1.1 {status} {phrase}\r\n{_signature(request_id)}\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n"
    ).encode()
