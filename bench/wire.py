"""One kept-alive HTTP/1.1 connection and the exchange under way on it."""

import re
import socket
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_SCRATCH = memoryview(bytearray(1 << 20))


class WireRequest(NamedTuple):
    """One request, ready to send, and what its response must be.

    data: the head and, when it is small, the body; pieces: a big body.
    length: what Content-Length must say, None for anything; bodiless: it is a HEAD.
    check: judges the body of the response, which is then kept in memory.
    """

    data: bytes
    status: int = 200
    length: int | None = None
    pieces: tuple[memoryview, ...] = ()
    bodiless: bool = False
    check: Callable[[bytes], bool] | None = None


class Wire:
    """A connection; ``begin`` sends a request, ``receive`` says when its response is complete."""

    __slots__ = (
        "armed", "body", "closing", "fd", "head", "left", "pending", "request", "served", "size",
        "sock", "started", "status", "unframed",
    )  # fmt: skip

    def __init__(self, address: tuple[str, int]) -> None:
        self.sock = socket.create_connection(address, timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setblocking(False)
        self.fd = self.sock.fileno()
        self.request = WireRequest(b"")
        self.pending: list[bytes | memoryview] = []
        self.armed = self.closing = self.unframed = False
        self.head, self.body = b"", bytearray()
        self.served = self.status = self.size = self.left = 0
        self.started = 0.0

    def begin(self, request: WireRequest) -> None:
        """Send as much of ``request`` as the socket takes; ``pending`` keeps the rest."""
        self.request = request
        self.head = b""
        self.left = 0
        self.pending = [*request.pieces[::-1], request.data]
        self.started = perf_counter()
        self.send()

    def send(self) -> None:
        """Send as much as the socket takes; ``pending`` holds what is left, last piece first."""
        pending = self.pending
        try:
            while pending:
                piece = pending[-1]
                sent = self.sock.send(piece)
                if sent == len(piece):
                    pending.pop()
                else:
                    pending[-1] = piece[sent:]
        except BlockingIOError:
            return

    def receive(self) -> bool:
        """Take in what has come; True when the response is complete.

        Raises: ConnectionError when the server hung up before that.
        """
        if self.left:
            return self._more()
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionResetError
        self.head += data
        end = self.head.find(b"\r\n\r\n")
        if end < 0:
            return False
        self._read_head(end + 2)
        self.left = self.size - (len(self.head) - end - 4)
        if self.request.check is not None:
            self.body = bytearray(self.head[end + 4 :])
        if self.request.bodiless:
            self.left = 0
        return self.left <= 0

    def _read_head(self, end: int) -> None:
        self.status = int(self.head[9:12])
        length = _LENGTH.search(self.head, 0, end)
        self.size = int(length[1]) if length else 0
        self.unframed = length is None and self.status not in (204, 304)
        self.closing = self.unframed or _CLOSE.search(self.head, 0, end) is not None

    def _more(self) -> bool:
        count = len(_SCRATCH)
        try:
            while self.left > 0 and count == len(_SCRATCH):
                count = self.sock.recv_into(_SCRATCH)
                if not count:
                    raise ConnectionResetError
                self.left -= count
                if self.request.check is not None:
                    self.body += _SCRATCH[:count]
        except BlockingIOError:
            return False
        return self.left <= 0

    def verdict(self) -> str:
        """Say what is wrong with the complete response; empty when it is as it must be."""
        request = self.request
        self.served += 1
        if self.pending:  # answered before the body was sent: the connection is of no more use
            self.closing = True
        if self.status != request.status:
            return f"status {self.status}"
        if self.unframed:
            return "no Content-Length"
        if request.length is not None and self.size != request.length:
            return f"length {self.size} instead of {request.length}"
        if request.check is not None and not request.check(bytes(self.body)):
            return "wrong content"
        return ""
