"""What the stages of a collection have in common."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CollectionTerms:
    """How to collect.

    grace_seconds: how long nothing may have needed a block before it goes. batch: rows looked
    at, and at most changed, in one step. apply: else nothing is changed, only counted.
    hold_seconds: see ``leaving``.
    """

    grace_seconds: float
    batch: int = 1000
    apply: bool = False
    hold_seconds: float = 4.0


@dataclass(frozen=True, slots=True)
class CollectionCounts:
    """What was removed, or would be.

    visited: rows, files and names looked at. claims: expired. blocks, freed_bytes: gone for
    good, small ones from the database and the rest from the block store. waiting, waiting_bytes:
    blocks that are unused, but whose grace is not over. leftovers: files of broken uploads,
    whose bytes are in ``freed_bytes``. versions, version_bytes: history beyond what its
    container keeps; the blocks of it that are unused then are another matter.
    """

    visited: int = 0
    claims: int = 0
    blocks: int = 0
    freed_bytes: int = 0
    waiting: int = 0
    waiting_bytes: int = 0
    leftovers: int = 0
    versions: int = 0
    version_bytes: int = 0

    def __add__(self, other: "CollectionCounts") -> "CollectionCounts":
        names = [field.name for field in fields(self)]
        return CollectionCounts(
            **{name: getattr(self, name) + getattr(other, name) for name in names}
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One bounded piece of work that is done. after: where its stage goes on from here."""

    after: bytes
    counts: CollectionCounts


Stage: TypeAlias = Callable[[CollectionTerms, bytes], Iterator[Step]]
"""A generator of steps, from a place on; nothing is locked and no transaction open at a yield."""
