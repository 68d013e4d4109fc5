"""Range requests (contract §3.4, RFC 9110 §14)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import token_hex

from web.errors import RangeError

MAX_RANGES = 100

# Clients say "to the end" with numbers of 64 bits and more; they are clamped.
_SPEC = re.compile(r"\s*(?:([0-9]{1,40})\s*-\s*([0-9]{0,40})|-\s*([0-9]{1,40}))\s*")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes ``start`` to ``stop``, exclusive."""

    start: int
    stop: int

    def content_range(self, size: int) -> str:
        """Return the field that says so of an object of ``size`` bytes."""
        return f"bytes {self.start}-{self.stop - 1}/{size}"


def parse_ranges(value: str, size: int) -> list[ByteRange] | None:
    """Return what of an object of ``size`` bytes a Range header selects, in its order.

    None where the header is to be ignored: it is malformed, or asks for more than 100 ranges
    or for more bytes than there are.

    Raises: RangeError: no byte is selected.
    """
    unit, found, specs = value.partition("=")
    if not found or unit.strip().lower() != "bytes":
        return None
    matches = [_SPEC.fullmatch(spec) for spec in specs.split(",")]
    if len(matches) > MAX_RANGES:
        return None
    selected = []
    for match in matches:
        if match is None or _is_backwards(match):
            return None
        chosen = _select(match, size)
        if chosen is not None:
            selected.append(chosen)
    if not selected:
        raise RangeError(size)
    if len(selected) > 1 and sum(each.stop - each.start for each in selected) > size:
        return None
    return selected


def _is_backwards(match: re.Match[str]) -> bool:
    return bool(match[1] and match[2]) and int(match[1]) > int(match[2])


def _select(match: re.Match[str], size: int) -> ByteRange | None:
    if match[3] is not None:
        start, stop = max(0, size - int(match[3])), size
    else:
        start = int(match[1])
        stop = min(int(match[2]) + 1, size) if match[2] else size
    return ByteRange(start, stop) if start < stop else None


class Multipart:
    """The layout of ``multipart/byteranges`` for some ranges of an object of ``size`` bytes.

    fields: what is said of each part besides, latin-1 as in the head of a reply.
    """

    def __init__(
        self, ranges: Sequence[ByteRange], size: int, fields: Sequence[tuple[str, str]]
    ) -> None:
        self.boundary = token_hex(16)
        said = "".join(f"{name}: {value}\r\n" for name, value in fields)
        self._parts = [(each, self._head(each, size, said)) for each in ranges]
        self._end = f"--{self.boundary}--\r\n".encode()

    def _head(self, part: ByteRange, size: int, said: str) -> bytes:
        return (
            f"--{self.boundary}\r\n{said}Content-Range: {part.content_range(size)}\r\n"
            "Content-Transfer-Encoding: binary\r\n\r\n"
        ).encode("latin-1")

    @property
    def length(self) -> int:
        """Bytes of the whole body."""
        parts = sum(len(head) + part.stop - part.start + 2 for part, head in self._parts)
        return parts + len(self._end)

    def pieces(self) -> Iterator[bytes | ByteRange]:
        """Yield the body: bytes as they are, and ranges to be read from the object."""
        for part, head in self._parts:
            yield head
            yield part
            yield b"\r\n"
        yield self._end
