"""Bodies that are lists: a line for each thing, taken from the stream one by one."""

from collections.abc import Iterator
from typing import Final

from web.bodies.body import RequestBody
from web.errors import IncompleteBodyError, TooLarge, UploadTooLargeError

_PIECE: Final = 64 * 1024


class LongLineError(TooLarge):
    """A line of the body is too long. limit: bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a line of the body has more than {limit} bytes")


def read_lines(body: RequestBody, limit: int, longest: int) -> Iterator[bytes]:
    """Yield the lines of a body without blanks around them, but for those of nothing else.

    No more than a piece of 64 KiB and one line is held. limit: bytes of the body; longest: of a
    line.

    Raises: UploadTooLargeError, LongLineError, IncompleteBodyError; whatever reading raises.
    """
    if body.length is not None and body.length > limit:
        raise UploadTooLargeError(limit)
    body.gather(limit + 1)  # what the first lines ask for is done before the last are read
    rest = b""
    for piece in _pieces(body, limit):
        *lines, rest = (rest + piece).split(b"\n")
        if max(map(len, (*lines, rest))) > longest:
            raise LongLineError(longest)
        yield from filter(None, map(bytes.strip, lines))
    if rest.strip():
        yield rest.strip()


def _pieces(body: RequestBody, limit: int) -> Iterator[bytes]:
    buffer = memoryview(bytearray(_PIECE))
    received = 0
    while received != body.length and (count := body.readinto(buffer)):
        received += count
        if received > limit:
            raise UploadTooLargeError(limit)
        yield bytes(buffer[:count])
    if body.length is not None and received != body.length:
        raise IncompleteBodyError(body.length, received)
