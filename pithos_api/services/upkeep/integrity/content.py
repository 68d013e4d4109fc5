"""That content is what it is called: everything is read and hashed."""

from collections.abc import Iterator
from typing import Final

from pithos_api.blocks.hashing import merkle_hash
from pithos_api.errors import BlockDamagedError, BlockNotFoundError
from pithos_api.models import Version
from pithos_api.models.statements.garbage import checks as statements
from pithos_api.services.objects.long_hashmaps import split_digests
from pithos_api.services.storage import block_store, damaged_blocks
from pithos_api.services.upkeep.integrity.checks import Check, Progress
from pithos_api.services.upkeep.integrity.rows import broken
from pithos_api.services.upkeep.integrity.storage import known_blocks
from pithos_api.services.upkeep.scrubbing import block_count

# Hashmaps fetched at once: one of 1 TiB has 8 MiB.
_BATCH: Final = 32


def _damaged(progress: Progress) -> Iterator[bytes]:
    """Yield the blocks in the store whose bytes hash to something else.

    What is missing is the business of another check.
    """
    for row in progress(known_blocks(), block_count(), "digests"):
        try:
            block_store.current().check(row.digest)
        except BlockDamagedError:
            yield row.digest
        except BlockNotFoundError:
            continue


def _find_damaged(progress: Progress) -> Iterator[str]:
    for digest in _damaged(progress):
        yield f"block {digest.hex()} is damaged in the store"


def _quarantine(progress: Progress) -> None:
    for digest in _damaged(progress):
        damaged_blocks.quarantine(digest)


def _maps() -> Iterator[tuple[int, str, bytes, bytes]]:
    """Yield serial, name, hash and hashmap of every version of several blocks."""
    rows = Version.objects.filter(hashmap__isnull=False).order_by("serial")
    columns = rows.values_list("serial", "name", "merkle", "hashmap", named=True)
    position = 0
    while batch := list(columns.filter(serial__gt=position)[:_BATCH]):
        position = batch[-1].serial
        for row in batch:
            yield row.serial, row.name, bytes(row.merkle), bytes(row.hashmap or b"")


def _find_wrong_hashes(progress: Progress) -> Iterator[str]:
    for serial, name, merkle, hashmap in progress(_maps(), 0, "merkle"):
        if not hashmap or merkle_hash(split_digests(hashmap)) != merkle:
            yield f"version {serial} ({name}) is called {merkle.hex()}, not so its hashmap"


CONTENT_CHECKS = (
    Check("merkle", _find_wrong_hashes),
    Check("database-digests", broken("database-digests", statements.INLINE_DIGESTS)),
    Check("digests", _find_damaged, _quarantine),
)
