"""The chunked coding (RFC 9112 §7.1), strictly: CRLF only, hexadecimal sizes only."""

import re
import socket
from typing import Final

from server.bodies.body import BodyInput
from server.bodies.receiving import PIECE
from server.errors import MalformedBodyError
from server.waiting import Wait

MAX_CHUNK_LINE: Final = 256
MAX_TRAILERS: Final = 8192
# Some programs write each size with 16 digits.
CHUNK_LINE = re.compile(rb"(0?[0-9A-Fa-f]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")
_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*")


class ChunkedBody(BodyInput):
    """A body in the chunked coding."""

    __slots__ = ("_allowed", "_left", "_within")

    def __init__(self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool) -> None:
        super().__init__(sock, pending, wait, expects=expects)
        self._left = 0  # bytes left of the current chunk
        self._within = False  # a chunk has been begun, so its CRLF is due
        self._allowed: int | None = None  # bytes of trailers, once the last chunk has come

    def _take(self, view: memoryview) -> int:
        if self.complete or not view or (not self._left and not self._next_chunk()):
            return 0
        if not self.pending and min(self._left, len(view)) < PIECE:
            self._fill()  # small chunks: one system call for many
        count = self._receive_into(view[: self._left])
        self._left -= count
        return count

    def _next_chunk(self) -> bool:
        """Go to the next chunk's data; False after the last one and its trailers.

        It can be left wherever bytes are missing, and called again.
        """
        if self._within and self._line(2):
            raise MalformedBodyError("no CRLF after a chunk")
        self._within = False
        if self._allowed is None:
            match = CHUNK_LINE.fullmatch(self._line(MAX_CHUNK_LINE))
            if match is None:
                raise MalformedBodyError("a chunk size that is not one")
            self._left = int(match[1], 16)
            self._within = self._left > 0
        if not self._left:
            self._allowed = MAX_TRAILERS if self._allowed is None else self._allowed
            self._drop_trailers(self._allowed)
            self.complete = True
        return not self.complete

    def _drop_trailers(self, allowed: int) -> None:
        while line := self._line(allowed):
            self._allowed = allowed = allowed - len(line)
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
