"""Writing a range of an object: where new bytes go, and which blocks change (contract §3.5)."""

from dataclasses import dataclass

from django.conf import settings

from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.errors import RangeLengthError
from pithos_api.services.storage.contents import BlockWriter, Content, read_content
from web.errors import RangeError


@dataclass(frozen=True, slots=True)
class WriteTarget:
    """The bytes that an update writes, as Content-Range says.

    start: None appends. stop: exclusive; None is as far as the new bytes reach.
    total: the size that the object must have, and keep; None is any.
    """

    start: int | None
    stop: int | None = None
    total: int | None = None

    def is_possible(self) -> bool:
        """Return whether any object could have these bytes."""
        stop = self.start if self.stop is None else self.stop - 1
        if self.start is None or stop is None:
            return True
        return self.start <= stop and (self.total is None or stop < self.total)

    def place(self, size: int, length: int) -> int:
        """Return where ``length`` new bytes begin in an object of ``size`` bytes.

        Raises:
            RangeError: it begins beyond the end, or ``total`` is not kept.
            RangeLengthError: the range has another length.
        """
        start = size if self.start is None else self.start
        if self.total is not None and (self.total != size or start + length > size):
            raise RangeError(size)
        if start > size:
            raise RangeError(size)
        if self.stop is not None and self.stop - start != length:
            raise RangeLengthError(self.stop - start, length)
        return start


def write_range(old: Content, start: int, new: Content, writer: BlockWriter) -> Content:
    """Return ``old`` with the bytes of ``new`` from ``start`` on; start <= old.size.

    Only changed blocks are made anew, and ``writer`` keeps them. Whole blocks of ``new`` that fall
    on block boundaries are used as they are.
    """
    if new.size == 0:
        return old
    block_size = settings.PITHOS_BLOCK_SIZE
    size = max(old.size, start + new.size)
    digests = list(old.digests) if old.size else []
    first, last = start // block_size, (start + new.size - 1) // block_size
    digests.extend([EMPTY_DIGEST] * (last + 1 - len(digests)))
    for index in range(first, last + 1):
        begin = index * block_size
        end = min(begin + block_size, size)
        inner = range(max(start, begin) - start, min(start + new.size, end) - start)
        if len(inner) == end - begin and inner.start % block_size == 0:
            digests[index] = new.digests[inner.start // block_size]
            continue
        before = _bytes(old, begin, min(start, end))
        after = _bytes(old, start + inner.stop, min(end, old.size))
        digests[index] = writer.put(before + _bytes(new, inner.start, inner.stop) + after)
    return Content(size, tuple(digests), _known(old, new, writer))


def truncate(content: Content, size: int, writer: BlockWriter) -> Content:
    """Return the first ``size`` bytes of ``content``, its last block cut there."""
    if size >= content.size:
        return content
    if size == 0:
        return Content(0, (EMPTY_DIGEST,))
    block_size = settings.PITHOS_BLOCK_SIZE
    whole, rest = divmod(size, block_size)
    digests = list(content.digests[:whole])
    if rest:
        digests.append(writer.put(_bytes(content, size - rest, size)))
    return Content(size, tuple(digests), _known(content, writer))


def _bytes(content: Content, start: int, stop: int) -> bytes:
    """Return at most one block's worth of bytes; none if stop <= start."""
    return b"".join(read_content(content, start, stop)) if start < stop else b""


def _known(*sources: Content | BlockWriter) -> dict[bytes, bytes]:
    """Return all small blocks that the sources know."""
    return {digest: data for each in sources for digest, data in each.small.items()}
