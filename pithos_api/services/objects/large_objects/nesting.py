"""What a list of segments reads as: objects, bytes in the list itself, and large objects again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, groupby
from typing import Final, Protocol

from pithos_api.blocks.base import Piece
from pithos_api.errors import PartGoneError, SegmentChangedError
from pithos_api.services.objects.large_objects.finding import FoundPart, find_all
from pithos_api.services.objects.large_objects.parts import Parts, Viewer, contents_of
from pithos_api.services.objects.large_objects.segment_lists import (
    MAX_LIST,
    SegmentEntry,
    cut,
    parse_list,
)
from pithos_api.services.storage.contents import Content, read_content
from pithos_api.values import ObjectPath, Segmented
from web.errors import Conflict

MAX_DEPTH: Final = 10
"""So many lists may be in one another."""


class NestingError(Conflict):
    """Lists of segments are in one another too often."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} lists of segments are in one another")


class SegmentSource(Protocol):
    """Bytes that can be read. read: yields those from its first argument up to its second."""

    @property
    def size(self) -> int:
        """How many there are."""

    def read(self, start: int, stop: int, /) -> Iterator[Piece]:
        """Yield some of them."""


@dataclass(frozen=True)
class SegmentRow:
    """Sources one after the other. None is looked at before its bytes are due."""

    sources: Sequence[SegmentSource]

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(source.size for source in self.sources))

    @property
    def size(self) -> int:
        """Bytes of all."""
        return self._ends[-1] if self.sources else 0

    @property
    def serials(self) -> list[int]:
        """The versions that are read, but for those of nested lists."""
        plain = (each for each in self.sources if isinstance(each, Parts))
        return [serial for each in plain for serial in each.serials]

    @property
    def nests(self) -> bool:
        """Whether any of the sources is a large object itself."""
        return any(isinstance(source, Nested) for source in self.sources)

    def read(self, start: int, stop: int) -> Iterator[Piece]:
        """Yield the bytes ``start`` to ``stop`` of all in a row. Raises: as each source."""
        begins = 0
        for source, ends in zip(self.sources, self._ends, strict=True):
            low, high = max(start - begins, 0), min(stop - begins, source.size)
            if low < high:
                yield from source.read(low, high)
            begins = ends


@dataclass(frozen=True, slots=True)
class Inline:
    """Bytes that stand in a list."""

    data: bytes

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.data)

    def read(self, start: int, stop: int) -> Iterator[Piece]:
        """Yield the bytes ``start`` to ``stop``."""
        yield self.data[start:stop]


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """Where the segments of a list are, and for whom. owner: row id of the account.

    depth: how many lists lead here.
    opened: the list that was opened last in each depth, by its serial: ranges often meet in one.
    """

    viewer: Viewer
    account: str
    owner: int
    depth: int = 1
    opened: dict[int, "tuple[int, Parts | SegmentRow]"] = field(default_factory=dict)

    def path(self, entry: SegmentEntry) -> ObjectPath:
        """Return what an entry names."""
        return ObjectPath(self.account, entry.container, entry.name)


@dataclass(frozen=True, slots=True)
class Nested:
    """A static large object in a list, whose own list is opened when its bytes are due.

    place: of its segments. first, size: the bytes of it that are meant.
    """

    place: SegmentPlace
    serial: int
    whole: Segmented
    first: int
    size: int

    def read(self, start: int, stop: int) -> Iterator[Piece]:
        """Yield the bytes ``start`` to ``stop`` of what is meant.

        Raises: NestingError, PartGoneError, BrokenListError, SegmentChangedError.
        """
        yield from self._opened().read(self.first + start, self.first + stop)

    def _opened(self) -> "Parts | SegmentRow":
        depth, opened = self.place.depth, self.place.opened
        if depth not in opened or opened[depth][0] != self.serial:
            entries = nested_entries(self.serial, self.whole)
            opened[depth] = self.serial, open_entries(self.place, entries)
        return opened[depth][1]


def nested_entries(serial: int, whole: Segmented) -> list[SegmentEntry]:
    """Return the list of a version. Raises: PartGoneError, BrokenListError."""
    found = contents_of([serial])
    if not found:
        raise PartGoneError
    return parse_content(found[0], whole)


def parse_content(content: Content, whole: Segmented) -> list[SegmentEntry]:
    """Return the list that content is, which adds up to ``whole``.

    Raises: BrokenListError; BlockDamagedError, BlockNotFoundError.
    """
    size = min(content.size, MAX_LIST + 1)  # one byte too many is told as such
    return parse_list(b"".join(read_content(content, 0, size)), whole)


def open_entries(place: SegmentPlace, entries: Sequence[SegmentEntry]) -> Parts | SegmentRow:
    """Return the segments of a list. One statement.

    Raises:
        NestingError: too many lists lead here.
        SegmentChangedError: a segment is gone or has changed, or the viewer may not read it.
    """
    if place.depth > MAX_DEPTH:
        raise NestingError(MAX_DEPTH)
    paths = [place.path(entry) for entry in entries if entry.data is None]
    found = find_all(place.viewer, place.owner, paths)
    there = [_unchanged(place, found, entry, number) for number, entry in enumerate(entries, 1)]
    sources = list(_sources(place, entries, there))
    only = sources[0] if len(sources) == 1 else None
    return only if isinstance(only, Parts) else SegmentRow(sources)


def _sources(
    place: SegmentPlace, entries: Sequence[SegmentEntry], there: Sequence[FoundPart | None]
) -> Iterator[SegmentSource]:
    """Yield a source for each segment, but one for all plain objects in a row."""
    pairs = zip(entries, there, strict=True)
    for plain, run in groupby(pairs, lambda pair: pair[1] is not None and pair[1].whole is None):
        if plain:
            yield _parts([(entry, part) for entry, part in run if part is not None])
        else:
            yield from (_single(place, entry, part) for entry, part in run)


def _parts(run: Sequence[tuple[SegmentEntry, FoundPart]]) -> Parts:
    return Parts(
        [part.serial for _, part in run],
        [entry.size for entry, _ in run],
        [cut(entry.size, entry.range) for entry, _ in run],
    )


def _single(place: SegmentPlace, entry: SegmentEntry, part: FoundPart | None) -> SegmentSource:
    if part is None or part.whole is None:
        return Inline(entry.data or b"")
    inside = replace(place, depth=place.depth + 1)
    return Nested(inside, part.serial, part.whole, *cut(entry.size, entry.range))


def _unchanged(
    place: SegmentPlace, found: Mapping[ObjectPath, FoundPart], entry: SegmentEntry, number: int
) -> FoundPart | None:
    """Return what is still as it was listed, None of bytes that stand in the list.

    A list that was stored before a segment's MD5 was made has its Merkle hash, for good.

    Raises: SegmentChangedError.
    """
    if entry.data is not None:
        return None
    part = found.get(place.path(entry))
    same = part is not None and part.size == entry.size and not part.is_dynamic
    if part is None or not same or bytes.fromhex(entry.etag) not in part.etags:
        raise SegmentChangedError(number)
    return part
