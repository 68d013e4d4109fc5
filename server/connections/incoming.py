"""What has come of the next request: by a thread that lingers, and by the poller after it."""

import contextlib
import socket
import time
from typing import Final

from server.requests.gathering import HeadScan, Scan, SizeScan, scan_of
from server.requests.request import BadRequestError, Beginning, Request, check_size
from server.waiting import SLOWEST, Timeouts

_PIECE: Final = 65536
_DRIP: Final = 1024  # who sends fewer bytes of a request at once is not looked at again at once
_BLANK_LINES: Final = 4
_CHUNKED_SECONDS: Final = 0.5


class Incoming:
    """The bytes that a connection has received and not consumed.

    buffer: those bytes; request: whose body is still to come; deadline: until when the client
    may take for what is missing (time.monotonic); dripping: hardly anything came the last time.
    """

    __slots__ = (
        "_blank_lines",
        "_head_began",
        "_scan",
        "_sock",
        "_started_with",
        "_timeouts",
        "buffer",
        "deadline",
        "dripping",
        "request",
    )

    def __init__(self, sock: socket.socket, timeouts: Timeouts) -> None:
        self._sock = sock
        self._timeouts = timeouts
        self._head_began = 0.0
        self._blank_lines = 0
        self._scan: Scan | None = None
        self._started_with = 0
        self.buffer: bytes | bytearray = b""
        self.deadline = 0.0
        self.dripping = False
        self.request: Request | None = None

    @property
    def gathering(self) -> bool:
        """Whether the poller receives: a head or a small body is on its way."""
        return self._scan is not None

    def gather(self) -> bool:
        """Receive what has come of a begun request; whether it is a thread's turn."""
        try:
            piece = self._sock.recv(_PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True
        self.buffer += piece
        self.dripping = len(piece) < _DRIP
        return not piece or self._scan is None or self._scan.is_settled(self.buffer)

    def is_fast_enough(self) -> bool:
        """Whether a body that is not whole at its deadline has come at some speed."""
        if self.request is None:
            return False
        enough = SLOWEST * self._timeouts.body
        return self.request.chunked or len(self.buffer) - self._started_with >= enough

    def take_request(self) -> Request | None:
        """Return the request whose body the poller has received, as far as it does."""
        request = self.request
        if request is not None:
            self.request = self._scan = None
            self.buffer = bytes(self.buffer)
        return request

    def drop_request(self) -> Request | None:
        """Return the same, and look no more at what comes."""
        request = self.request
        self.request = self._scan = None
        return request

    def next_head(self) -> bytes | None:
        """Read a head; None when the client pauses.

        Raises: BadRequestError; OSError, ConnectionError when the client has gone.
        """
        data = bytes(self.buffer)
        while True:
            if data:
                if data[0] in b"\r\n":
                    data = self._skip_lines(data)
                end = data.find(b"\r\n\r\n") + 4
                if end > 3:
                    head, self.buffer = data[:end], data[end:]
                    self._head_began, self._blank_lines, self._scan = 0.0, 0, None
                    check_size(head)
                    return head
                if not self._may_linger(data):
                    return None
            try:
                piece = self._sock.recv(_PIECE)
            except BlockingIOError:
                self._pause(data)
                return None
            if not piece:
                raise ConnectionError
            data = data + piece if data else piece

    def receive_head(self) -> bytes | None:
        """Receive without waiting; return a whole head, and consume it.

        None: it is a thread's turn, for which all that has come is kept.
        """
        try:
            self.buffer = bytes(self.buffer) + self._sock.recv(_PIECE, socket.MSG_DONTWAIT)
        except OSError:
            return None
        data = self.buffer
        end = data.find(b"\r\n\r\n") + 4
        if end < 4 or not data[:1].isalpha():
            return None
        try:
            check_size(data[:end])
        except BadRequestError:
            return None
        self.buffer, self._head_began, self._blank_lines = data[end:], 0.0, 0
        return data[:end]

    def put_back(self, head: bytes) -> None:
        """Take back a head that was consumed."""
        self.buffer = head + self.buffer

    def has_body(self, request: Request) -> bool:
        """Whether the body has come as far as the poller would receive it; else leave it to it.

        Raises: OSError when the client has gone.
        """
        scan = scan_of(request)
        if scan is None or scan.is_settled(self.buffer):
            return True
        timeouts = self._timeouts
        until = time.monotonic() + timeouts.linger
        with contextlib.suppress(BlockingIOError):
            while time.monotonic() <= until:
                piece = self._sock.recv(_PIECE)
                self.buffer += piece
                if not piece or scan.is_settled(self.buffer):
                    return True
        self._await_body(request, scan)
        return False

    def hold(self, request: Request) -> bool:
        """Hold a request in the poller; whether it is whole, or else its body is on its way.

        Not for a request whose body a thread is to have as it comes.
        """
        self.request = request
        if request.length <= len(self.buffer):
            return True
        self._await_body(request, SizeScan(request.length))
        return False

    def has_whole_request(self) -> bool:
        """Whether a request is held whose body, of known length, the poller has received."""
        request = self.request
        return request is not None and not request.chunked and request.length <= len(self.buffer)

    def _await_body(self, request: Request, scan: Scan) -> None:
        """Leave a body to the poller."""
        self.request = request
        self._gather(scan, self.buffer)
        # A chunked body may go on for long, and be unwanted: the application soon sees it.
        timeouts = self._timeouts
        seconds = min(timeouts.body, _CHUNKED_SECONDS) if request.chunked else timeouts.body
        self.deadline = time.monotonic() + seconds

    def _skip_lines(self, data: bytes) -> bytes:
        """Drop the few empty lines that may stand before a request (RFC 9112 §2.2).

        Raises: BadRequestError.
        """
        while data.startswith(b"\r\n"):
            data = data[2:]
            self._blank_lines += 1
        if self._blank_lines > _BLANK_LINES or (data and data[0] in b"\r\n" and data != b"\r"):
            raise BadRequestError(400, "too many empty lines, or bare ones")
        self._head_began = self._head_began or time.monotonic()
        return data

    def _may_linger(self, data: bytes) -> bool:
        """Whether a thread waits for the rest of a head; its clock runs from its first byte.

        Raises: BadRequestError: it is wrong already.
        """
        now = time.monotonic()
        if not self._head_began:
            self._head_began = now
        if now - self._head_began <= self._timeouts.linger:
            if data and data != b"\r":
                Beginning().check(data)
            return True
        if now - self._head_began > self._timeouts.head:
            raise BadRequestError(408, "a head that takes too long")
        self._pause(data)
        return False

    def _pause(self, data: bytes) -> None:
        """Leave a head, begun or not, to the poller."""
        if not self._head_began:
            self.buffer, self._scan = data, None
            self.deadline = time.monotonic() + self._timeouts.idle
            return
        self.deadline = self._head_began + self._timeouts.head
        self._gather(HeadScan(), data)

    def _gather(self, scan: Scan, data: bytes | bytearray) -> None:
        """Let the poller receive on."""
        scan.is_settled(data)
        self._scan, self.buffer = scan, bytearray(data)
        self._started_with = len(data)
        self.dripping = False
