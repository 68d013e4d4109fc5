"""Bodies made of others: several blobs in one, and one with bytes before it."""

from collections.abc import Iterator, Sequence
from typing import Final

from blobs.errors import BlobSizesError
from web.bodies.body import RequestBody
from web.bodies.pausing import Kept, ReadInto, keep

_KEPT: Final = "blobs.cutting"


class Cutting:
    """A body that is several in a row. done: how many of them have come."""

    def __init__(self, body: RequestBody) -> None:
        self.done = 0
        self._body = body
        self._read = 0  # bytes of the one that comes
        self._kept = Kept()  # of the same

    @classmethod
    def of(cls, body: RequestBody) -> "Cutting":
        """Return that of the body, the same if the request begins again."""
        return keep(body.pausing, _KEPT, lambda: cls(body))

    def parts(self, sizes: Sequence[int]) -> Iterator[RequestBody]:
        """Yield a body for each size, from the first on that has not come.

        Each is to be read to its end before the next is asked for.

        Raises: BlobSizesError: the body has fewer bytes, or more; BodyPauses, if it may.
        """
        wanted = sum(sizes)
        if self._body.length is not None and self._body.length != wanted:
            raise BlobSizesError(wanted, self._body.length)
        for size in sizes[self.done :]:
            yield self._part(size, wanted)
            self._kept.close()
            self._read = 0
            self.done += 1
        if self._body.receive(memoryview(bytearray(1))):
            raise BlobSizesError(wanted, wanted + 1)

    def close(self) -> None:
        """Give up the one that comes: the request has ended."""
        self._kept.close()

    def _part(self, size: int, wanted: int) -> RequestBody:
        def counted(read: ReadInto) -> ReadInto:
            def readinto(buffer: memoryview) -> int:
                left = size - self._read
                count = read(buffer[:left]) if left else 0
                if left and not count:
                    raise BlobSizesError(wanted, None)
                self._read += count
                return count

            return readinto

        return self._body.through(counted, size).apart(self._kept)


def preceded(begun: bytes, body: RequestBody) -> RequestBody:
    """Return a body that begins with some bytes and goes on with another body."""
    left = memoryview(begun)

    def after(read: ReadInto) -> ReadInto:
        def readinto(buffer: memoryview) -> int:
            nonlocal left
            if not left:
                return read(buffer)
            count = min(len(buffer), len(left))
            buffer[:count], left = left[:count], left[count:]
            return count

        return readinto

    return body.through(after, None if body.length is None else len(begun) + body.length)
