"""Bodies made of others: several blobs in one, and one with bytes before it."""

from collections.abc import Iterator, Sequence

from blobs.errors import BlobSizesError
from web.bodies.body import RequestBody


def cut(body: RequestBody, sizes: Sequence[int]) -> Iterator[RequestBody]:
    """Yield a body for each size. Each is to be read to its end before the next is asked for.

    Raises: BlobSizesError: the body has fewer bytes, or more.
    """
    wanted = sum(sizes)
    if body.length is not None and body.length != wanted:
        raise BlobSizesError(wanted, body.length)
    for size in sizes:
        yield RequestBody(_Part(body, size, wanted).readinto, size)
    if body.readinto(memoryview(bytearray(1))):
        raise BlobSizesError(wanted, wanted + 1)


class _Part:
    """So many bytes of a body. wanted: bytes of the whole."""

    def __init__(self, body: RequestBody, size: int, wanted: int) -> None:
        self._body, self._left, self._wanted = body, size, wanted

    def readinto(self, buffer: memoryview) -> int:
        """Read some bytes. Raises: BlobSizesError: the whole ends too early."""
        count = self._body.readinto(buffer[: self._left]) if self._left else 0
        if self._left and not count:
            raise BlobSizesError(self._wanted, None)
        self._left -= count
        return count


def preceded(begun: bytes, body: RequestBody) -> RequestBody:
    """Return a body that begins with some bytes and goes on with another body."""
    left = memoryview(begun)

    def readinto(buffer: memoryview) -> int:
        nonlocal left
        if not left:
            return body.readinto(buffer)
        count = min(len(buffer), len(left))
        buffer[:count], left = left[:count], left[count:]
        return count

    return RequestBody(readinto, None if body.length is None else len(begun) + body.length)
