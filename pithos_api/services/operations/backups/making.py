"""Making a backup while the store serves."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from audit.services import record
from pithos_api.blocks.base import BlockStore
from pithos_api.blocks.local.store import LocalBlockStore
from pithos_api.services.locks import Job, paused
from pithos_api.services.operations.backups import archive, tables
from pithos_api.services.operations.backups.archive import Manifest
from pithos_api.services.operations.block_migration import copy_listed
from pithos_api.services.storage import block_store
from pithos_api.services.upkeep.integrity.checks import Progress

BLOCKS: Final = "blocks"
"""The directory of a backup's blocks."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What was made. state: its directory; copied: blocks that were not there, with their bytes.

    missing: hex digests of blocks that the store has lost, and the backup therefore, too.
    """

    state: Path
    rows: int
    blocks: int
    copied: int
    copied_bytes: int
    missing: tuple[str, ...]


def blocks_in(directory: Path) -> BlockStore:
    """Return the blocks of a backup as a store that compares whatever is read."""
    return LocalBlockStore(directory / BLOCKS, "always")


def back_up(directory: Path, progress: Progress, *, check: bool = False) -> Backup:
    """Copy the store as it is at one moment soon after the call; of blocks only new ones.

    First the rows, in one snapshot, then the blocks that they name: those are durable since
    before the snapshot, and garbage collection pauses, so none of them can have gone. The
    transaction ends before the first block is copied. That it begins is an event in the audit
    log, for whoever has a part of a backup has what it holds; and so is that it is complete.

    check: read every block that the backup has already, and replace damaged ones.

    Raises:
        BackupUnusableError: another backup to the directory is under way.
        BlockStoreFullError, BlockStoreUnavailableError, OSError: what there is of the backup is
            removed by the next; earlier ones are as they were.
    """
    with archive.sole_use(directory), paused(Job.COLLECT_GARBAGE):
        place = archive.begin(directory)
        record("backup.begin", account="", target=str(directory))
        manifest = _dump(place)
        counts, missing = _copy_blocks(directory, place, progress, check=check)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # fails if the session, and its lock, was lost meanwhile
        state = archive.complete(place, replace(manifest, missing=missing))
        record("backup.end", account="", target=str(state), details={"missing": len(missing)})
    return Backup(
        state=state,
        rows=sum(table.rows for table in manifest.tables),
        blocks=manifest.blocks,
        copied=counts["copied"],
        copied_bytes=counts["bytes"],
        missing=missing,
    )


def _dump(place: Path) -> Manifest:
    """Write the rows as they are at one moment."""
    with transaction.atomic():
        tables.begin_snapshot()
        files = tuple(tables.copy_out(place))
        blocks, size, digest = tables.copy_block_list(place)
        return Manifest(
            format=archive.FORMAT,
            block_size=settings.PITHOS_BLOCK_SIZE,
            migrations=tables.applied_migrations(),
            tables=files,
            sequences=tables.sequences(),
            blocks=blocks,
            bytes=size,
            blocks_sha256=digest,
        )


def _copy_blocks(
    directory: Path, place: Path, progress: Progress, *, check: bool
) -> tuple[Counter[str], tuple[str, ...]]:
    source = block_store.configured("always")
    moved = copy_listed(archive.listed_blocks(place), source, blocks_in(directory), check=check)
    counts: Counter[str] = Counter()
    missing = []
    for block in progress(moved, 0, "copying blocks"):
        counts[block.outcome] += 1
        if block.outcome == "copied":
            counts["bytes"] += block.size
        elif block.outcome == "damaged":
            missing.append(block.digest.hex())
    return counts, tuple(missing)
