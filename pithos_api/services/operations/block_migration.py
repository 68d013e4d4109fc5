"""Copying every block of one store into another, while either is in use."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, Literal

from pithos_api.blocks.base import BlockStore, StoredBlock
from pithos_api.errors import BlockDamagedError, BlockNotFoundError

Outcome = Literal["copied", "present", "damaged"]

COPIES_AT_ONCE: Final = 8
"""Blocks on their way at a time: 32 MiB of memory at the usual size."""

_SETTLED_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class MovedBlock:
    """The outcome for one block of the source. size: stored bytes.

    copied: it was read, compared with its digest, and is durable in the target.
    present: the target had it. damaged: the source cannot give it; the target has nothing of it.
    """

    digest: bytes
    size: int
    outcome: Outcome


def copy_blocks(source: BlockStore, target: BlockStore) -> Iterator[MovedBlock]:
    """Copy blocks that ``target`` lacks, in order of digests; yield the outcome for each block.

    An interrupted run is simply started again: it skips blocks that are there, at the price of
    listing both stores. ``source`` must verify each read. Retired blocks are copied, too, because
    somebody may still name them. The source is left as it is.

    Raises: BlockStoreFullError, BlockStoreUnavailableError: of either store.
    """
    return _moved(
        source, target, chain(_compared(source.scan(), target.scan()), _retired(source, target))
    )


def copy_listed(
    blocks: Iterator[StoredBlock], source: BlockStore, target: BlockStore, *, check: bool = False
) -> Iterator[MovedBlock]:
    """Copy those of ``blocks``, which come in order of digests, that ``target`` lacks.

    check: read what the target has, and replace what is damaged.

    Otherwise as ``copy_blocks``.
    """
    pending = _compared(blocks, target.scan())
    if check:
        pending = ((each, there and not target.quarantine(each.digest)) for each, there in pending)
    return _moved(source, target, pending)


def compare_stores(source: BlockStore, target: BlockStore) -> Iterator[tuple[StoredBlock, bool]]:
    """Yield each block of the source, in order of digests, and whether the target has it.

    Retired blocks are left out. Nothing is read but what stores list.

    Raises: BlockStoreUnavailableError: of either store.
    """
    return _compared(source.scan(), target.scan())


def _moved(
    source: BlockStore, target: BlockStore, pending: Iterator[tuple[StoredBlock, bool]]
) -> Iterator[MovedBlock]:
    with ThreadPoolExecutor(COPIES_AT_ONCE) as threads:
        while batch := list(islice(pending, _SETTLED_AT_ONCE)):
            moved = list(threads.map(lambda each: _copy(source, target, *each), batch))
            target.settle([each.digest for each in moved if each.outcome == "copied"])
            yield from moved


def _compared(
    source: Iterator[StoredBlock], target: Iterator[StoredBlock]
) -> Iterator[tuple[StoredBlock, bool]]:
    """Yield each block of the source, and whether the target has it; both come in order."""
    there = next(target, None)
    for block in source:
        while there is not None and there.digest < block.digest:
            there = next(target, None)
        same = there is not None and (there.digest, there.size) == (block.digest, block.size)
        yield block, same


def _retired(source: BlockStore, target: BlockStore) -> Iterator[tuple[StoredBlock, bool]]:
    for block in source.retired():
        yield block, bool(target.exists([block.digest]))


def _copy(source: BlockStore, target: BlockStore, block: StoredBlock, present: bool) -> MovedBlock:
    if present:
        return MovedBlock(block.digest, block.size, "present")
    try:
        target.put(block.digest, source.get(block.digest))
    except (BlockDamagedError, BlockNotFoundError):
        return MovedBlock(block.digest, block.size, "damaged")
    return MovedBlock(block.digest, block.size, "copied")
