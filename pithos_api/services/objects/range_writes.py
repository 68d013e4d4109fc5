"""Writing a range of an object: where new bytes go, and which blocks change (contract §3.5)."""

from django.conf import settings

from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.services.storage.contents import BlockWriter, Content, read_content
from pithos_api.values import MAX_BLOCKS
from web.errors import UploadTooLargeError


def write_range(old: Content, start: int, new: Content, writer: BlockWriter) -> Content:
    """Return ``old`` with the bytes of ``new`` from ``start`` on; start <= old.size.

    Only changed blocks are made anew, and ``writer`` keeps them. Whole blocks of ``new`` that fall
    on block boundaries are used as they are.

    Raises: UploadTooLargeError: the object would have too many blocks.
    """
    if new.size == 0:
        return old
    block_size = settings.PITHOS_BLOCK_SIZE
    size = max(old.size, start + new.size)
    if size > MAX_BLOCKS * block_size:
        raise UploadTooLargeError(MAX_BLOCKS * block_size)
    digests, arrived = list(old.digests) if old.size else [], tuple(new.digests)
    first, last = start // block_size, (start + new.size - 1) // block_size
    digests.extend([EMPTY_DIGEST] * (last + 1 - len(digests)))
    for index in range(first, last + 1):
        begin = index * block_size
        end = min(begin + block_size, size)
        inner = range(max(start, begin) - start, min(start + new.size, end) - start)
        if len(inner) == end - begin and inner.start % block_size == 0:
            digests[index] = arrived[inner.start // block_size]
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
