"""Hashmaps of more than ``MANY_BLOCKS``: written in pieces, and read only as far as needed."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, overload

from django.conf import settings
from django.db import connection

from pithos_api.errors import ObjectChangedError
from pithos_api.models.statements.objects import staged_blocks as statements
from pithos_api.models.statements.objects.read_blocks import some_digests
from pithos_api.values import DIGEST_SIZE, MANY_BLOCKS

# A megabyte as the driver sends or takes it: its session keeps room for the longest text.
_AT_ONCE: Final = 16_384


class StoredDigests(Sequence[bytes]):
    """The digests of a version, n of 32 bytes. Who needs several asks for a slice of them.

    Raises: ObjectChangedError: the version is gone.
    """

    def __init__(self, serial: int, count: int) -> None:
        self._serial = serial
        self._count = count

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

    def _read(self, first: int, count: int) -> tuple[bytes, ...]:
        row = some_digests.one({"serial": self._serial, "first": first, "count": count})
        if row is None:
            raise ObjectChangedError
        return split_digests(bytes(row.digests))


def digests_of(
    serial: int, size: int, merkle: bytes, hashmap: bytes | memoryview | None
) -> Sequence[bytes]:
    """Return the digests of a version as it was read: without its hashmap if that is long."""
    if hashmap is not None:
        return split_digests(bytes(hashmap))
    count = -(-size // settings.PITHOS_BLOCK_SIZE)
    return StoredDigests(serial, count) if count > MANY_BLOCKS else (merkle,)


def split_digests(joined: bytes) -> tuple[bytes, ...]:
    """Return the digests of a stored hashmap."""
    return tuple(
        joined[start : start + DIGEST_SIZE] for start in range(0, len(joined), DIGEST_SIZE)
    )


def stage(digests: Sequence[bytes]) -> None:
    """Make the digests rows of ``staged_blocks``, until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(statements.EMPTY_STAGE)
        for first in range(0, len(digests), _AT_ONCE):
            joined = b"".join(digests[first : first + _AT_ONCE])
            statements.stage_blocks.one({"first": first, "digests": joined})
        cursor.execute(statements.COUNT_STAGED)


def lock_staged(brought: Collection[bytes]) -> None:
    """Lock the staged blocks against garbage collection, but for those that the writer brings.

    Raises: ObjectChangedError: some are gone.
    """
    statements.lock_staged.one({})
    row = statements.find_unknown.one({})
    if row is not None and not set(split_digests(bytes(row.digests))) <= set(brought):
        raise ObjectChangedError


def claim_staged(actor: int) -> None:
    """Let the actor name the staged blocks; they count as unnamed no more."""
    statements.claim_staged.one({"actor": actor})
