"""Bytes that leave the block store: files that no row names.

A file may be unnamed because its upload has not ended. So it is retired first, where every reader
still finds it. Whoever publishes a version recalls its blocks if it has put the first of them more
than ``RECALL_AFTER_SECONDS`` ago. Hence, ``hold_seconds`` after a block was retired, each upload
that relies on it has either noticed, or has sent its statement to the database. When the
transactions that run there then have ended, rows name all blocks that uploads rely on, and what
no row names can be discarded.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from math import inf

from pithos_api.blocks.base import StoredBlock
from pithos_api.models import Store
from pithos_api.models.statements.garbage import collect_garbage as statements
from pithos_api.services.storage import block_store
from pithos_api.services.upkeep.collector.clock_leaps import leaps
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms, Step

log = logging.getLogger(__name__)

# Retired blocks that are waited for together: 10 MiB of memory.
_HELD_TOGETHER = 50_000

# However short the grace: a block is on its way for seconds, never for hours.
_LEFTOVER_SECONDS = 3600.0

# Where a stage is that does all at once, when it has.
_ALL = b"all"

_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.02


def unnamed_files(terms: CollectionTerms, after: bytes) -> Iterator[Step]:
    """Retire blocks in the store that no row names and that were put longer ago than the grace.

    Not those that were put before this database was made: they belong to another one, and this
    one may be in its place by mistake.
    """
    store = Store.objects.first()
    ours = store.created.timestamp() if store else inf
    for seen in _batches(block_store.current().scan(after), terms.batch):
        latest = time.time() - terms.grace_seconds - leaps.seconds(terms.grace_seconds)
        unnamed = _unnamed([block for block in seen if ours < block.put_at <= latest])
        counts = CollectionCounts(visited=len(seen))
        if terms.apply:
            for block in unnamed:
                block_store.current().retire(block.digest)
        else:
            counts += _gone(unnamed)
        yield Step(seen[-1].digest, counts)


def retired_files(terms: CollectionTerms, after: bytes) -> Iterator[Step]:
    """Discard what was retired, by whomever, and is not named; the rest comes back."""
    retired = _batches(block_store.current().retired(), _HELD_TOGETHER)
    if not terms.apply:
        if not after:
            yield Step(_ALL, sum((_gone(_unnamed(held)) for held in retired), CollectionCounts()))
        return
    for held in retired:
        time.sleep(terms.hold_seconds)
        if not _wait_for_transactions():
            log.warning("retired blocks stay until a long transaction has ended")
            return
        unnamed = _unnamed(held)
        _keep({block.digest for block in held} - {block.digest for block in unnamed})
        for block in unnamed:
            block_store.current().discard(block.digest)
        yield Step(b"", _gone(unnamed))


def broken_uploads(terms: CollectionTerms, after: bytes) -> Iterator[Step]:
    """Sweep what uploads have left that never ended."""
    if after:
        return
    age = max(terms.grace_seconds, _LEFTOVER_SECONDS)
    swept = block_store.current().sweep(age + leaps.seconds(age), remove=terms.apply)
    yield Step(_ALL, CollectionCounts(leftovers=swept.files, freed_bytes=swept.bytes))


def _batches(blocks: Iterator[StoredBlock], size: int) -> Iterator[list[StoredBlock]]:
    while batch := list(islice(blocks, size)):
        yield batch


def _gone(blocks: Sequence[StoredBlock]) -> CollectionCounts:
    return CollectionCounts(blocks=len(blocks), freed_bytes=sum(block.size for block in blocks))


def _unnamed(blocks: Sequence[StoredBlock]) -> list[StoredBlock]:
    wanted = {"digests": [block.digest for block in blocks]}
    named = {bytes(digest) for (digest,) in statements.named_blocks.all(wanted)}
    return [block for block in blocks if block.digest not in named]


def _keep(named: set[bytes]) -> None:
    """Bring blocks back that a row names, for good: the retired bytes may go then."""
    store = block_store.current()
    store.recall(named)
    store.settle(named)
    for digest in named:
        store.discard(digest)


def _wait_for_transactions() -> bool:
    """Wait until every transaction that runs now has ended; return whether they did in time."""
    running = _running(None)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while running := _running(running):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _running(among: list[str] | None) -> list[str]:
    return [name for (name,) in statements.running_transactions.all({"among": among})]
