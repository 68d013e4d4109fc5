"""A body that carries several blobs, one after the other."""

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
