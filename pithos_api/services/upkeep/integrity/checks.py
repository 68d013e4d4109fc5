"""What a check is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """How a check tells how far it has come: ``management.progress.track`` for one."""

    def __call__(self, items: Iterable[T], total: int, label: str) -> Iterator[T]:
        """Yield the items, of which there are about ``total``, 0 if nobody knows."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold.

    name: one word. find: yields each problem as a line of text, with bounded memory, while
    writers go on; none of what they do meanwhile is a problem. repair: puts right what can be
    without losing anything that is named, or None; what it did shows when ``find`` runs again.
    """

    name: str
    find: Callable[[Progress], Iterator[str]]
    repair: Callable[[Progress], None] | None = None
