"""Figures of days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from observability.metrics import BUCKETS
from operators.values.latency import quantile


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """What the whole store held on a day; sizes in bytes.

    object_bytes: of current objects; version_bytes: of these and of history; block_bytes: of all
    blocks, each once.
    """

    day: date
    objects: int
    object_bytes: int
    version_bytes: int
    block_bytes: int
    garbage_bytes: int

    @property
    def history_bytes(self) -> int:
        """Bytes of versions that are not current any more."""
        return max(self.version_bytes - self.object_bytes, 0)

    @property
    def deduplication(self) -> float | None:
        """How many bytes of versions a byte of blocks in use stands for; None: there are none."""
        used = self.block_bytes - self.garbage_bytes
        return self.version_bytes / used if used > 0 else None


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """What servers answered on a day. errors: answered 5xx. durations: see ``quantile``."""

    day: date
    requests: int
    errors: int
    durations: tuple[int, ...]

    @property
    def p95(self) -> float | None:
        """Seconds within which 95 of 100 requests were answered."""
        return quantile(0.95, self.durations)

    @classmethod
    def of_counts(cls, day: date, counts: Sequence[int]) -> "RequestFigures":
        """Return what the columns of ``RequestDay`` say."""
        requests, errors, *durations = counts or [0] * (3 + len(BUCKETS))
        return cls(day, requests, errors, tuple(durations))


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """What an account held on a day; size in bytes of current objects."""

    day: date
    objects: int
    size: int


def last_days(count: int, today: date) -> list[date]:
    """Return ``count`` days in order, the last of them ``today``."""
    return [today - timedelta(days=ago) for ago in range(count - 1, -1, -1)]


def carried_on(changes: Iterable[AccountFigures], days: Sequence[date]) -> list[AccountFigures]:
    """Return the figures of each day, where only those days are told on which they changed.

    changes, days: in order. Days before the first change are left out.
    """
    pending, current, found = list(changes), None, []
    for day in days:
        while pending and pending[0].day <= day:
            current = pending.pop(0)
        if current is not None:
            found.append(AccountFigures(day, current.objects, current.size))
    return found
