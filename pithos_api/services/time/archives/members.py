"""The objects of an archive: described before it is announced, and read while it is sent."""

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.conf import settings

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.base import Piece
from pithos_api.errors import ObjectNotFoundError
from pithos_api.models.statements.time import archive as statements
from pithos_api.models.statements.time.archive import MemberRow
from pithos_api.services.objects.large_objects.opening import Readable, open_readable
from pithos_api.services.objects.large_objects.parts import contents_of
from pithos_api.services.storage.contents import Content, read_content
from pithos_api.services.storage.heavy_work import check_client
from pithos_api.services.time.archives.held import HeldMembers
from pithos_api.services.time.archives.writing import entry_pieces, gathered
from pithos_api.services.time.archives.zip_format import ZipEntry, end_of_archive, safe_name
from pithos_api.values import ContainerPath, ObjectPath
from pithos_api.values.requests import ArchiveRequest
from web.errors import Unavailable

_DESCRIBED_AT_ONCE: Final = 1000
_READ_AT_ONCE: Final = 100
_BYTES_AT_ONCE: Final = 64 * 2**30  # half a megabyte of digests, with blocks of 4 MiB


class MemberGoneError(Unavailable):
    """What an archive holds was overwritten and not kept, or purged, before it was read."""

    def __init__(self) -> None:
        super().__init__("an object of the archive is gone; ask again")


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip archive. size: bytes. count: of its entries.

    read: yields all of it, in pieces of some 64 KiB or more, holding three blocks and some bytes
    for each entry. It raises MemberGoneError, BlockNotFoundError or BlockDamagedError, and never
    yields wrong bytes instead: what was announced is then cut off.
    """

    size: int
    count: int
    read: Callable[[], Iterator[bytes]]


@dataclass(slots=True)
class Members:
    """The objects of an archive, in order of their names.

    serials: of those that are described. size: bytes of the whole archive.
    joined: what large objects read as, by their serials: it is found before, as it says their size.
    held: what is remembered of those that no history keeps; None: it keeps them.
    """

    credentials: Credentials
    path: ContainerPath
    wanted: ArchiveRequest
    serials: "array[int]" = field(default_factory=lambda: array("q"))
    joined: dict[int, Readable] = field(default_factory=dict)
    held: HeldMembers | None = None
    size: int = 0

    def describe(self, serials: Sequence[int]) -> None:
        """Keep those that are there, and sum up the archive's size.

        Raises: as ``open_archive``.
        """
        missing = set(self.wanted.names or ())
        directory = 0
        for rows in _described(serials):
            if self.held is not None:
                self.held.hold(rows)
            for row in filter(self._is_there, rows):
                missing.difference_update(_names_of(row.name))
                entry = self._entry(row)
                if entry is not None:
                    self.serials.append(row.serial)
                    directory += len(entry.central_header(0, self.size))
                    self.size += entry.whole_size()
        if missing:
            raise ObjectNotFoundError(min(missing))
        self.size += directory + len(end_of_archive(len(self.serials), directory, self.size))

    def archive(self) -> Archive:
        """Return what was described, to be read."""
        return Archive(self.size, len(self.serials), lambda: gathered(self._pieces()))

    def _is_there(self, row: MemberRow) -> bool:
        """Return whether an object can be read; open it if others are read for it."""
        past = self.wanted.until is not None
        if not row.is_manifest:
            return past or not row.gone
        path = ObjectPath(self.path.account, self.path.container, row.name)
        with suppress(ObjectNotFoundError):  # expired, or deleted since it was found
            version = row.serial if past else None
            self.joined[row.serial] = open_readable(self.credentials, path, version)
        return row.serial in self.joined

    def _entry(self, row: MemberRow) -> ZipEntry | None:
        """Return an object's entry, None for an empty one that marks the prefix as a folder."""
        joined = self.joined.get(row.serial)
        size = joined.size if joined else row.size
        inner = row.name[self.wanted.prefix.rfind("/") + 1 :]
        if not inner and not size:
            return None
        follows = size > settings.PITHOS_BLOCK_SIZE
        return ZipEntry(safe_name(inner or "/", size), size, row.modified, follows)

    def _pieces(self) -> Iterator[bytes]:
        """Yield the archive. Its directory is packed until all entries are there."""
        packed, packer = [], zlib.compressobj(level=1)
        offset = directory = 0
        for entry, read in self._entries():
            crc = yield from entry_pieces(entry, read)
            line = entry.central_header(crc, offset)
            packed.append(packer.compress(line))
            directory += len(line)
            offset += entry.whole_size()
        packed.append(packer.flush())
        yield from map(zlib.decompressobj().decompress, packed)
        yield end_of_archive(len(self.serials), directory, offset)

    def _entries(self) -> Iterator[tuple[ZipEntry, Callable[[], Iterable[Piece]]]]:
        """Yield each entry with what reads it. Raises: MemberGoneError."""
        for at in range(0, len(self.serials), _READ_AT_ONCE):
            some = list(self.serials[at : at + _READ_AT_ONCE])
            rows = self._rows(some)
            for run in _runs(rows):
                contents = self._contents([row.serial for row in run])
                for row, content in zip(run, contents, strict=False):
                    entry, joined = self._entry(row), self.joined.get(row.serial)
                    read = joined.read if joined else partial(read_content, content)
                    if entry is not None:  # none is, of those that were kept
                        yield entry, partial(read, 0, entry.size)
                if len(contents) != len(run):
                    raise MemberGoneError
            if len(rows) != len(some):
                raise MemberGoneError

    def _rows(self, serials: list[int]) -> Sequence[MemberRow]:
        """Return what they are, without those that are gone and not remembered."""
        rows = statements.describe_members.all({"serials": serials})
        if self.held is None or len(rows) == len(serials):
            return rows
        return self.held.rows_of(serials, rows)

    def _contents(self, serials: Sequence[int]) -> list[Content]:
        """Return what they consist of, up to the first that is gone and not remembered."""
        contents = contents_of(serials)
        if self.held is None or len(contents) == len(serials):
            return contents
        found: list[Content] = []
        for serial in serials:
            content = next(iter(contents_of([serial])), None) or self.held.content_of(serial)
            if content is None:
                break
            found.append(content)
        return found


def _described(serials: Sequence[int]) -> Iterator[Sequence[MemberRow]]:
    """Yield what they are. Raises: ClientGoneError: of many, where nobody waits any more."""
    for at in range(0, len(serials), _DESCRIBED_AT_ONCE):
        if at:
            check_client()
        some = list(serials[at : at + _DESCRIBED_AT_ONCE])
        yield statements.describe_members.all({"serials": some})


def _names_of(name: str) -> Iterator[str]:
    """Yield what a selection may call an object: its name, and each folder that it is in."""
    yield name
    yield from (name[: at + 1] for at, char in enumerate(name) if char == "/")


def _runs(rows: Iterable[MemberRow]) -> Iterator[list[MemberRow]]:
    """Yield the rows, so many at once that their digests are few."""
    run: list[MemberRow] = []
    for row in rows:
        if run and sum(each.size for each in run) + row.size > _BYTES_AT_ONCE:
            yield run
            run = []
        run.append(row)
    yield run
