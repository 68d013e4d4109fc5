"""Lists that are read as far as somebody looks."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class LazyList(Sequence[T]):
    """A sequence of pages. read: returns the next entries after the given ones; [] at the end."""

    def __init__(self, read: Callable[[Sequence[T]], list[T]]) -> None:
        self._read = read
        self._known: list[T] = []
        self._ended = False

    def __iter__(self) -> Iterator[T]:
        at = 0
        while self._reaches(at):
            yield self._known[at]
            at += 1

    def __len__(self) -> int:
        self._read_all()
        return len(self._known)

    def __bool__(self) -> bool:
        return self._reaches(0)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        """Return entries. What counts from the end reads all of the list."""
        if isinstance(index, slice):
            ends = (index.start, index.stop)
            if index.stop is None or any(end is not None and end < 0 for end in ends):
                self._read_all()
            else:
                self._reaches(index.stop - 1)
            return self._known[index]
        if index < 0:
            self._read_all()
        else:
            self._reaches(index)
        return self._known[index]

    def __repr__(self) -> str:
        return f"<{len(self._known)} entries{'' if self._ended else ' so far'}>"

    def _reaches(self, index: int) -> bool:
        """Read on until there is an entry at ``index``; return whether there is."""
        while index >= len(self._known) and not self._ended:
            more = self._read(self._known)
            self._known += more
            self._ended = not more
        return 0 <= index < len(self._known)

    def _read_all(self) -> None:
        while not self._ended:
            self._reaches(len(self._known))
