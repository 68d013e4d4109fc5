"""That content is what it is called: everything is read and hashed."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import Q

from pithos_api.blocks.hashing import merkle_hash, merkle_of_pieces, piece_hash
from pithos_api.errors import BlockDamagedError, BlockNotFoundError
from pithos_api.models import HashmapPiece, Version
from pithos_api.models.statements.garbage import checks as statements
from pithos_api.services.objects.long_hashmaps import split_digests
from pithos_api.services.storage import block_store, damaged_blocks
from pithos_api.services.upkeep.integrity.checks import Check, Progress
from pithos_api.services.upkeep.integrity.rows import broken
from pithos_api.services.upkeep.integrity.storage import known_blocks
from pithos_api.services.upkeep.scrubbing import block_count
from pithos_api.values import PIECE_BLOCKS

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


def _maps() -> Iterator[tuple[int, str, bytes, bytes, bytes]]:
    """Yield serial, name, hash, hashmap and pieces of every version of several blocks."""
    several = Q(hashmap__isnull=False) | Q(pieces__isnull=False)
    rows = Version.objects.filter(several).order_by("serial")
    columns = rows.values_list("serial", "name", "merkle", "hashmap", "pieces", named=True)
    position = 0
    while batch := list(columns.filter(serial__gt=position)[:_BATCH]):
        position = batch[-1].serial
        for row in batch:
            digests, pieces = bytes(row.hashmap or b""), bytes(row.pieces or b"")
            yield row.serial, row.name, bytes(row.merkle), digests, pieces


def _find_wrong_hashes(progress: Progress) -> Iterator[str]:
    for serial, name, merkle, hashmap, pieces in progress(_maps(), 0, "merkle"):
        if _hash_of(split_digests(hashmap), split_digests(pieces)) != merkle:
            yield f"version {serial} ({name}) is called {merkle.hex()}, not so its hashmap"
    yield from _find_wrong_pieces()


def _hash_of(digests: Sequence[bytes], pieces: Sequence[bytes]) -> bytes | None:
    if pieces:
        return merkle_of_pieces(pieces)
    return merkle_hash(digests) if digests else None


def _find_wrong_pieces() -> Iterator[str]:
    for piece in HashmapPiece.objects.order_by("hash").iterator(_BATCH):
        digests = split_digests(bytes(piece.digests))
        if not 0 < len(digests) <= PIECE_BLOCKS or piece_hash(digests) != bytes(piece.hash):
            yield f"a piece of hashmaps is called {bytes(piece.hash).hex()}, and is another"


CONTENT_CHECKS = (
    Check("merkle", _find_wrong_hashes),
    Check("database-digests", broken("database-digests", statements.INLINE_DIGESTS)),
    Check("digests", _find_damaged, _quarantine),
)
