"""Making a store of a backup."""

import time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts.logins.signing_key import share_signing_key, take_signing_key
from audit.services import record
from pithos_api.errors import BackupUnusableError, StoreInUseError
from pithos_api.services.operations.backups import archive, tables
from pithos_api.services.operations.backups.archive import Manifest
from pithos_api.services.operations.backups.making import BLOCKS, blocks_in
from pithos_api.services.operations.block_migration import copy_listed
from pithos_api.services.storage import block_store
from pithos_api.services.upkeep.integrity.checks import Progress

_LEAVING_SECONDS: Final = 3.0  # in which Postgres notices that a client is gone


def restore(
    directory: Path, progress: Progress, *, name: str | None = None, force: bool = False
) -> Manifest:
    """Make the store what it was when the backup was made; return what the backup consists of.

    Everything is verified before anything is changed: first the files of the state, then each
    block as it is copied into the block store, where it harms nobody. The rows are replaced
    last, in one transaction. Whoever is interrupted starts again. The audit log gets what it had
    then, beside what it has; that it was restored is its next event. A store that is replaced goes
    on with its signing key: where nothing comes of it, the checksums beside its blocks are of use.

    name: which state; None is the latest. force: replace a store that has users.

    Raises:
        BackupUnusableError: a part is missing, damaged, or of another kind.
        StoreNotEmptyError, StoreInUseError: nothing was changed.
    """
    state = _state(directory, name)
    manifest = archive.read_manifest(state)
    _require_fitting(state, manifest, force=force)
    take_signing_key()
    _copy_blocks(directory, state, manifest, progress)
    tables.migrate_to(manifest)
    with transaction.atomic():
        tables.copy_in(state, manifest)
        tables.mark_missing(manifest)
    call_command("migrate", interactive=False, verbosity=0)
    share_signing_key()  # the one that the blocks were copied with: no row has one now
    record("backup.restore", account="", target=str(state))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return manifest


def _state(directory: Path, name: str | None) -> Path:
    found = [each for each in archive.states(directory) if name in (None, each.name)]
    if not found or not (directory / BLOCKS).is_dir():
        raise BackupUnusableError(directory, f"there is no complete backup {name or ''}".strip())
    return found[-1]


def _require_fitting(state: Path, manifest: Manifest, *, force: bool) -> None:
    """Make sure that the backup can become this store, and that nobody is at it."""
    if manifest.block_size != settings.PITHOS_BLOCK_SIZE:
        raise BackupUnusableError(
            state,
            f"its objects are cut into blocks of {manifest.block_size} bytes; set"
            f" PITHOS_BLOCK_SIZE={manifest.block_size}",
        )
    tables.require_known_migrations(state, manifest)
    _require_alone()
    if not force:
        tables.require_empty()


def _require_alone() -> None:
    """Make sure that nobody is at the store; who was ended just now may be seen for a moment."""
    deadline = time.monotonic() + _LEAVING_SECONDS
    while connections := tables.other_connections():
        if time.monotonic() > deadline:
            raise StoreInUseError(connections)
        time.sleep(0.05)


def _copy_blocks(directory: Path, state: Path, manifest: Manifest, progress: Progress) -> None:
    # The rows that come have no key to sign with, so the one of now becomes the store's.
    target = block_store.configured("always", settings.SECRET_KEY)
    blocks = archive.listed_blocks(state)
    moved = copy_listed(blocks, blocks_in(directory), target, check=True)
    lost = set(manifest.missing)
    for block in progress(moved, manifest.blocks, "copying blocks"):
        if block.outcome == "damaged" and block.digest.hex() not in lost:
            raise BackupUnusableError(
                directory / BLOCKS, f"block {block.digest.hex()} is damaged or missing"
            )
