"""Whether what has come of a request is enough to give it a thread."""

from typing import Final, Protocol

from server.input import CHUNK_LINE, MAX_CHUNK_LINE, MAX_TRAILERS
from server.request import MAX_HEAD, BadRequestError, Beginning, Request

SMALL: Final = 65536
"""Bytes of a body that is received before a thread is the request's."""

_FORM: Final = "multipart/form-data"


class Scan(Protocol):
    """Looks at a growing buffer, each time at what is new."""

    def is_settled(self, data: bytes | bytearray) -> bool:
        """Whether all is there that has to be, or it is wrong already."""


class HeadScan:
    """A head, up to its empty line."""

    def __init__(self) -> None:
        self._beginning = Beginning()
        self._seen = 0

    def is_settled(self, data: bytes | bytearray) -> bool:
        """Whether the head has ended, or is wrong."""
        if data.find(b"\r\n\r\n", max(0, self._seen - 3)) >= 0 or len(data) > MAX_HEAD:
            return True
        try:
            self._beginning.check(data)
        except BadRequestError:
            return True
        self._seen = len(data)
        return False


class SizeScan:
    """A body of known length."""

    def __init__(self, size: int) -> None:
        self._size = size

    def is_settled(self, data: bytes | bytearray) -> bool:
        """Whether so many bytes are there."""
        return len(data) >= self._size


class ChunkScan:
    """A chunked body, up to the end of its trailers. It is not decoded yet."""

    def __init__(self) -> None:
        self._at = 0  # where the next chunk begins, or the trailers do
        self._last = False

    def is_settled(self, data: bytes | bytearray) -> bool:
        """Whether the body has ended, is wrong, or is not small."""
        if len(data) >= SMALL:
            return True
        while not self._last:
            if self._at and len(data) >= self._at and data[self._at - 2 : self._at] != b"\r\n":
                return True
            end = data.find(b"\r\n", self._at, self._at + MAX_CHUNK_LINE)
            if end < 0:
                return len(data) - self._at >= MAX_CHUNK_LINE
            match = CHUNK_LINE.fullmatch(data, self._at, end)
            if match is None:
                return True
            self._pass(int(match[1], 16), end)
        return data.find(b"\r\n\r\n", self._at) >= 0 or len(data) - self._at > MAX_TRAILERS

    def _pass(self, size: int, end: int) -> None:
        """Go past a chunk whose line ends at ``end``; the last one's line end stays."""
        self._last = not size
        self._at = end + 2 + size + 2 if size else end


def scan_of(request: Request) -> Scan | None:
    """Return how to gather a request's body; None if a thread is to have it as it comes.

    Whoever asks for leave to send is answered first. A form says in its first fields who sends it.
    """
    if request.expects:
        return None
    if request.chunked:
        return ChunkScan()
    if request.length <= SMALL:
        return SizeScan(request.length)
    if request.environ.get("CONTENT_TYPE", "").lower().startswith(_FORM):
        return SizeScan(SMALL)
    return None
