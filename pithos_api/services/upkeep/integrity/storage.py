"""That rows and the block store agree, without reading content."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pithos_api.blocks.base import StoredBlock
from pithos_api.models import Block
from pithos_api.services.storage import block_store, damaged_blocks
from pithos_api.services.upkeep.integrity.checks import Check, Progress
from pithos_api.services.upkeep.scrubbing import block_count

ORPHAN_SECONDS: Final = 7 * 24 * 3600.0
"""Age at which a block that no row names is a problem: garbage collection should have come by."""

LEFTOVER_SECONDS: Final = 3600.0
"""Age at which what a write has left in the store is a problem: no write takes that long."""

_BATCH: Final = 5000


@dataclass(frozen=True, slots=True)
class _Known:
    """A block that should be in the store, as its row says."""

    digest: bytes
    size: int
    damaged: datetime | None


_COLUMNS: Final = ("digest", "size", "damaged")


def known_blocks() -> Iterator[_Known]:
    """Yield the rows of blocks in the store by digest, some thousand at a time."""
    rows = Block.objects.filter(data=None).order_by("digest")
    position = b""
    while batch := list(rows.filter(digest__gt=position).values_list(*_COLUMNS)[:_BATCH]):
        position = bytes(batch[-1][0])
        yield from (_Known(bytes(digest), size, damaged) for digest, size, damaged in batch)


def _side_by_side() -> Iterator[tuple[_Known | None, StoredBlock | None]]:
    """Merge rows and stored blocks in order of digests; what has no match is beside None."""
    rows, blocks = known_blocks(), block_store.current().scan()
    row, block = next(rows, None), next(blocks, None)
    while row or block:
        digest = min(each.digest for each in (row, block) if each)
        here = row if row and row.digest == digest else None
        there = block if block and block.digest == digest else None
        yield here, there
        row = next(rows, None) if here else row
        block = next(blocks, None) if there else block


def _disagreements(progress: Progress) -> Iterator[tuple[bytes, str]]:
    """Yield digest and problem of each block that is not alike in both.

    What an upload or a collection has changed meanwhile looks like one: each is looked at again.
    """
    store = block_store.current()
    youngest = time.time() - ORPHAN_SECONDS
    for row, block in progress(_side_by_side(), block_count(), "storage"):
        if row and block and row.size != block.size and row.damaged is None:
            yield row.digest, f"has {block.size} bytes in the store, not {row.size}"
        elif row and not block and row.damaged is None:
            if not store.exists([row.digest]) and _row(row.digest):
                yield row.digest, "is not in the store"
        elif block and not row and block.put_at < youngest and not _row(block.digest):
            yield block.digest, "is in the store, and no row names it; collect_garbage removes it"


def _row(digest: bytes) -> bool:
    """Return whether the block has a row now that expects it in the store."""
    return Block.objects.filter(digest=digest, data=None).exists()


def _find_disagreements(progress: Progress) -> Iterator[str]:
    for digest, problem in _disagreements(progress):
        yield f"block {digest.hex()} {problem}"


def _quarantine(progress: Progress) -> None:
    """Set aside what is not what it should be, so that who has the bytes is asked for them."""
    for digest, _ in _disagreements(progress):
        if _row(digest):
            damaged_blocks.quarantine(digest)


def _find_leftovers(_: Progress) -> Iterator[str]:
    left = block_store.current().sweep(LEFTOVER_SECONDS, remove=False)
    if left.files:
        yield f"{left.files} files of broken uploads, {left.bytes} bytes"


def _remove_leftovers(_: Progress) -> None:
    block_store.current().sweep(LEFTOVER_SECONDS)


STORAGE_CHECKS = (
    Check("storage", _find_disagreements, _quarantine),
    Check("leftovers", _find_leftovers, _remove_leftovers),
)
