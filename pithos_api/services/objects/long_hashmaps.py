"""Hashmaps of more than ``MANY_BLOCKS``: kept in pieces that versions share, and read as needed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, overload

from django.conf import settings
from django.db import connection

from pithos_api.blocks.hashing import merkle_hash, merkle_of_pieces, piece_hashes
from pithos_api.errors import ObjectChangedError, PieceNotFoundError
from pithos_api.models.statements.hashmaps import hashmap_pieces
from pithos_api.models.statements.hashmaps import staged_blocks as statements
from pithos_api.models.statements.hashmaps.hashmap_pieces import some_digests
from pithos_api.values import DIGEST_SIZE, MANY_BLOCKS, PIECE_BLOCKS

# A megabyte as the driver sends or takes it: its session keeps room for the longest text.
_AT_ONCE: Final = 16_384


@dataclass(frozen=True, slots=True)
class KnownDigests:
    """Digests that are known already, one after the other. first: the place of the first."""

    first: int
    joined: bytes

    def part(self, first: int, count: int) -> tuple[bytes, ...]:
        """Return ``count`` of them from that place on, nothing if they are not all here."""
        at = DIGEST_SIZE * (first - self.first)
        joined = self.joined[at : at + DIGEST_SIZE * count] if at >= 0 else b""
        return split_digests(joined) if len(joined) == DIGEST_SIZE * count else ()


_NONE: Final = KnownDigests(0, b"")


class StoredDigests(Sequence[bytes]):
    """The digests of a version, n of 32 bytes. Who needs several asks for a slice of them.

    Raises: ObjectChangedError: the version is gone; PieceNotFoundError.
    """

    def __init__(self, serial: int, count: int, known: KnownDigests = _NONE) -> None:
        self._serial = serial
        self._count = count
        self._known = known

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[bytes]:
        return iter(self[:])

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[bytes, ...]: ...

    def __getitem__(self, at: int | slice) -> bytes | tuple[bytes, ...]:
        if isinstance(at, int):
            return self._read(range(self._count)[at], 1)[0]
        start, stop, _ = at.indices(self._count)
        pieces = range(start, stop, _AT_ONCE)
        return tuple(d for first in pieces for d in self._read(first, min(_AT_ONCE, stop - first)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self[:] == tuple(other)

    def __hash__(self) -> int:
        return hash((self._serial, self._count))

    def pieces(self) -> tuple[bytes, ...]:
        """Return the hashes of the pieces that the version names; none if it is kept whole."""
        row = hashmap_pieces.read_pieces.one({"serial": self._serial})
        if row is None:
            raise ObjectChangedError
        return split_digests(bytes(row.pieces or b""))

    def _read(self, first: int, count: int) -> tuple[bytes, ...]:
        if known := self._known.part(first, count):
            return known
        row = some_digests.one({"serial": self._serial, "first": first, "count": count})
        if row is None:
            raise ObjectChangedError
        digests = split_digests(bytes(row.digests or b""))
        if len(digests) != min(count, self._count - first):
            raise PieceNotFoundError(self._serial)
        return digests


def digests_of(
    serial: int,
    size: int,
    merkle: bytes,
    hashmap: bytes | memoryview | None,
    first: int | None = None,
) -> Sequence[bytes]:
    """Return the digests of a version as it was read: without its hashmap if that is long.

    first: the place of the hashmap's first digest, where only a part of it was read.
    """
    count = -(-size // settings.PITHOS_BLOCK_SIZE)
    if hashmap is not None and first is not None:
        return StoredDigests(serial, count, KnownDigests(first, bytes(hashmap)))
    if hashmap is not None:
        return split_digests(bytes(hashmap))
    return StoredDigests(serial, count) if count > MANY_BLOCKS else (merkle,)


def split_digests(joined: bytes) -> tuple[bytes, ...]:
    """Return the digests of a stored hashmap."""
    return tuple(
        joined[start : start + DIGEST_SIZE] for start in range(0, len(joined), DIGEST_SIZE)
    )


def stage(digests: Sequence[bytes]) -> None:
    """Make the digests rows of ``staged_blocks``, until the caller's transaction ends.

    Of those that are there then, none is collected meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(statements.EMPTY_STAGE)
        for first in range(0, len(digests), _AT_ONCE):
            joined = b"".join(digests[first : first + _AT_ONCE])
            statements.stage_blocks.one({"first": first, "digests": joined})
        cursor.execute(statements.COUNT_STAGED)


@dataclass(frozen=True, slots=True)
class Hashes:
    """What digests hash to. merkle: all of them; pieces: each piece of very many, else none."""

    merkle: bytes
    pieces: tuple[bytes, ...] = ()


def hashes_of(digests: Sequence[bytes]) -> Hashes:
    """Return the Merkle hash of an object, with those of its pieces if it is kept in pieces."""
    if len(digests) <= MANY_BLOCKS:
        return Hashes(merkle_hash(digests))
    pieces = piece_hashes(digests)
    return Hashes(merkle_of_pieces(pieces), pieces)


@dataclass(frozen=True, slots=True)
class LongHashmap:
    """The hashmap of a version that is to be published.

    pieces: the hashes of its pieces, in order. brought: blocks that the writer brings. others:
    whether there may be others, which must be there. claimed: the caller's transaction has
    staged them all, and has found claims of the writer's.
    """

    digests: Sequence[bytes]
    pieces: Sequence[bytes]
    brought: Collection[bytes]
    others: bool
    claimed: bool

    def lock(self) -> dict[bytes, int]:
        """Keep what is there from garbage collection until the caller's transaction ends.

        Return the pieces that are not, with their places. A piece keeps its blocks.

        Raises: ObjectChangedError: blocks are gone.
        """
        rows = hashmap_pieces.lock_pieces.all({"pieces": self._distinct})
        missing = {piece: place for place, piece in enumerate(self.pieces)}
        for row in rows:
            del missing[bytes(row.hash)]
        if missing and self.others and not self.claimed:
            self._require_blocks(missing.values())
        return missing

    def keep(self, missing: Mapping[bytes, int]) -> None:
        """Store the pieces that are missing. The caller is the only writer of the name."""
        for piece in sorted(missing):
            digests = b"".join(self._piece(missing[piece]))
            hashmap_pieces.keep_piece.one({"hash": piece, "digests": digests})

    def claim(self, actor: int) -> None:
        """Let the actor name its blocks; they count as unnamed no more."""
        claim = hashmap_pieces.settle_pieces if self.claimed else hashmap_pieces.claim_pieces
        claim.one({"actor": actor, "pieces": self._distinct})

    def _require_blocks(self, places: Iterable[int]) -> None:
        stage([digest for place in places for digest in self._piece(place)])
        row = statements.find_unknown.one({})
        if row is not None and not set(split_digests(bytes(row.digests))) <= set(self.brought):
            raise ObjectChangedError

    def _piece(self, place: int) -> Sequence[bytes]:
        return self.digests[PIECE_BLOCKS * place : PIECE_BLOCKS * (place + 1)]

    @property
    def _distinct(self) -> list[bytes]:
        return sorted(set(self.pieces))
