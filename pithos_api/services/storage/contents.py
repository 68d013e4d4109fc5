"""The bytes of objects: reading them back block by block, and storing single blocks."""

import hashlib
import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple, TypeVar

from django.conf import settings

from observability import request_context
from observability.metrics import count_event
from pithos_api.blocks.base import Piece, zeros
from pithos_api.blocks.hashing import EMPTY_DIGEST, block_digest, trimmed_length
from pithos_api.blocks.readahead import opened_ahead
from pithos_api.errors import BlockDamagedError, BlockNotFoundError
from pithos_api.models.statements.objects.read_blocks import read_blocks
from pithos_api.services.storage import block_store, damaged_blocks
from pithos_api.services.storage.heavy_work import Effort
from pithos_api.values import HeldBytes

log = logging.getLogger(__name__)

P = TypeVar("P", bytes, Piece)
Read = Callable[[bytes, int, int], Iterator[P]]

# Blocks up to this many bytes ride in the database's own commit: no file, no second flush.
INLINE_LIMIT = 16 * 1024

PEEK_LIMIT: Final = 64 * 1024
"""Bytes of an object that are looked for in memory before they are asked for."""

# Blocks whose whereabouts are looked up at once: 256 MiB of an object at the usual size.
_WINDOW = 64


@dataclass(frozen=True, slots=True)
class Content:
    """What an object is made of.

    size: bytes. digests: n of 32 bytes, n = max(1, ceil(size / block_size)).
    small: blocks known to live in the database, with their bytes; complete: no others do.
    held: what was read of it before.
    """

    size: int
    digests: Sequence[bytes]
    small: Mapping[bytes, bytes] = field(default_factory=dict)
    complete: bool = False
    held: HeldBytes | None = None


def read_content(content: Content, start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes ``start`` to ``stop`` in small pieces.

    Every block is checked before its first byte is handed out, as PITHOS_VERIFY_READS says.

    Raises:
        BlockNotFoundError, BlockDamagedError: never wrong bytes instead.
    """
    return _pieces(content, range(start, stop), block_store.current().read)


def send_content(content: Content, start: int, stop: int) -> Iterator[Piece]:
    """As ``read_content``, for a body that the kernel may send from files."""
    return _pieces(content, range(start, stop), block_store.current().send)


def peek_blocks(digests: Sequence[bytes], start: int, stop: int) -> bytes | None:
    """Return the bytes ``start`` to ``stop`` of blocks one after the other, without waiting.

    None: not all can be had so, or something is wrong with them; ``read_content`` tells.
    """
    store, block_size = block_store.opened(), settings.PITHOS_BLOCK_SIZE
    if store is None:
        return None
    pieces = []
    for place, digest in enumerate(digests):
        first = place * block_size
        piece = store.peek(digest, max(start - first, 0), min(stop - first, block_size))
        if piece is None:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _pieces(content: Content, part: range, read: Read[P]) -> Iterator[P]:
    start, stop = part.start, part.stop
    if (held := _held(content, start, stop)) is not None:
        yield held
        return
    block_size = settings.PITHOS_BLOCK_SIZE
    indexes = range(start // block_size, -(-stop // block_size))
    digests = content.digests[indexes.start : indexes.stop]
    for at in range(0, len(indexes), _WINDOW):
        window = indexes[at : at + _WINDOW]
        small = _small_blocks(content, digests[at : at + _WINDOW])
        wanted = [
            _Wanted(
                digests[index - indexes.start],
                max(start - index * block_size, 0),
                min(stop - index * block_size, block_size),
            )
            for index in window
        ]
        yield from _read_blocks(wanted, small, read)


def _held(content: Content, start: int, stop: int) -> bytes | None:
    """Return the bytes if they were read with the object, as of most small ones.

    Raises: BlockDamagedError.
    """
    if content.held is not None:
        return content.held.part(start, stop)
    if content.size > INLINE_LIMIT or len(content.digests) > 1:  # blocks may be smaller than that
        return None
    only = content.digests[0]
    if only not in content.small:
        return None
    return _checked(only, content.small[only])[start:stop].ljust(stop - start, b"\0")


class _Wanted(NamedTuple):
    """The bytes of one block from ``start`` to ``stop``."""

    digest: bytes
    start: int
    stop: int


def _small_blocks(content: Content, digests: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """Return those of the digests' blocks that live in the database."""
    known = content.small
    if content.complete:
        return known
    wanted = set(digests) - known.keys()
    rows = read_blocks.all({"digests": list(wanted)}) if wanted else []
    return {**known, **{bytes(row.digest): bytes(row.data) for row in rows}}


def _read_blocks(
    wanted: Sequence[_Wanted], small: Mapping[bytes, bytes], read: Read[P]
) -> Iterator[P]:
    """Yield the wanted bytes of each block, with the NULs that its stored form leaves out."""
    here = {EMPTY_DIGEST, *small}
    elsewhere = [each for each in wanted if each.digest not in here]
    with closing(_opened(elsewhere, read)) as stored:
        for each in wanted:
            if each.digest in here:
                yield from _padded(_checked(each.digest, small.get(each.digest, b"")), each)
            else:
                yield from _next(stored, each.digest)


def _opened(wanted: Sequence[_Wanted], read: Read[P]) -> Generator[Iterator[P], None, None]:
    """Yield the bytes of each block in the store. Nothing is prepared before the first is asked."""
    opening = request_context.carried(read)
    yield from opened_ahead([partial(opening, *each) for each in wanted])


def _padded(data: bytes, wanted: _Wanted) -> Iterator[bytes]:
    piece = data[wanted.start : wanted.stop]
    if piece:
        yield piece
    yield from zeros(wanted.stop - wanted.start - len(piece))


def _next(stored: Iterator[Iterator[P]], digest: bytes) -> Iterator[P]:
    """Return the bytes of the next block in the store, verified; count a damaged or missing one.

    From then on, clients that name a damaged block are asked to send it.
    """
    try:
        return next(stored)
    except BlockDamagedError:
        count_event("blocks_damaged")
        damaged_blocks.quarantine(digest)
        raise
    except BlockNotFoundError:
        count_event("blocks_missing")
        damaged_blocks.quarantine(digest)
        raise


def _checked(digest: bytes, data: bytes) -> bytes:
    if settings.PITHOS_VERIFY_READS != "never" and block_digest(data) != digest:
        log.error("block %s is damaged in the database", digest.hex())
        count_event("blocks_damaged")
        raise BlockDamagedError(digest)
    return data


def md5_of(content: Content) -> bytes:
    """Return the MD5 of the whole content, which is read for it: 16 bytes.

    Pieces are small, and while one is read or hashed other threads run.

    Raises: BlockNotFoundError, BlockDamagedError; ClientGoneError.
    """
    md5 = hashlib.md5(usedforsecurity=False)
    effort = Effort()
    for piece in read_content(content, 0, content.size):
        effort.add(len(piece))
        md5.update(piece)
    return md5.digest()


class BlockWriter:
    """Keeps single blocks that a change of an object makes.

    lengths: each distinct block to its stored length; small: those for the database.
    begun: monotonic time before the first was put.
    """

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.lengths: dict[bytes, int] = {}
        self.small: dict[bytes, bytes] = {}
        self._effort = Effort()

    def put(self, block: bytes) -> bytes:
        """Keep a block and return its digest; durable after ``settle``.

        Raises: ClientGoneError.
        """
        self._effort.add(len(block))
        trimmed = block[: trimmed_length(block)]
        digest = block_digest(trimmed)
        if digest != EMPTY_DIGEST:
            self.lengths[digest] = len(trimmed)
            if len(trimmed) <= INLINE_LIMIT:
                self.small[digest] = trimmed
            else:
                block_store.current().put(digest, trimmed)
        return digest

    def settle(self) -> None:
        """Make all blocks put so far survive a loss of power."""
        block_store.current().settle(self.lengths.keys() - self.small.keys())
