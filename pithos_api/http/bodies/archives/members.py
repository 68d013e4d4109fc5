"""The files of a tar archive, one after the other, as they come.

Python's ``tarfile`` reads the format. It trusts what it reads, so what is before a file's content
is bounded and looked at here first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from tarfile import BLOCKSIZE, HeaderError, TarError, TarFile, TarInfo
from typing import Any, Final, Self

from pithos_api.http.bodies.archives.expanding import (
    ArchiveLimits,
    BrokenArchiveError,
    ExpandedBody,
    LargeArchiveError,
)
from web.bodies.pausing import BodyPauses, ReadInto

_MAX_HEADERS: Final = 128 * 1024  # bytes before an entry's content: names, times, attributes
_MAX_CHAIN: Final = 8  # heads before it: global ones, long names, the entry's own
_MAX_COMMON: Final = 64 * 1024  # characters that are said of all entries that follow
_MAX_DIGITS: Final = 256
_ZEROS: Final = memoryview(bytes(64 * 1024))
_TRAILER: Final = 1024 * 1024  # of what comes behind an archive so much is taken, and dropped

_PAX_TYPES: Final = frozenset({b"x", b"g", b"X"})
_PAX_RECORD: Final = re.compile(rb"([1-9]\d{0,9}) [^=]{1,1024}=")
_NUMBERS: Final = re.compile(rb"\d+")

# ``tarfile`` does not name them in its documentation: an archive ends at them as it should.
_ENDS: Final = frozenset({"EOFHeaderError", "EmptyHeaderError"})

# What ``tarfile`` raises where a head says what no program would write.
_CONFUSED: Final = (ValueError, LookupError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Member:
    """A regular file of an archive. name: as it is there; what is not UTF-8 is surrogates.

    size: bytes. said: what PAX headers say of it. readinto: reads its content before the next
    member is asked for; it gives ``size`` bytes, or raises as ``MemberReader``.
    """

    name: str
    size: int
    said: Mapping[str, str]
    readinto: ReadInto


class MemberReader:
    """The regular files of an archive, one after the other; what else is in it is passed over.

    If the body pauses, nothing is lost: whoever calls again goes on where it was.
    """

    def __init__(self, source: ExpandedBody, limits: ArchiveLimits) -> None:
        self._source = source
        self._limits = limits
        self._archive: _Archive | None = None
        self._ended = False

    def next(self) -> Member | None:
        """Go on to the next file, past what is left of this one; None at the archive's end.

        Raises: BrokenArchiveError; LargeArchiveError; whatever reading the body raises.
        """
        try:
            archive = self._archive = self._archive or _Archive(self._source, self._limits)
            while not self._ended and (found := archive.next()) is not None:
                if found.isfile():
                    return _member(self._source, found)
            self._ended = True
            archive.check_end()
        except (TarError, *_CONFUSED) as error:
            raise self._source.fail(BrokenArchiveError(str(error))) from error
        self._source.drain(_TRAILER)
        return None


def _member(source: ExpandedBody, found: TarInfo) -> Member:
    if found.issparse():
        parts = _parts_of(found)
        source.add_holes(found.size)
    else:
        parts = [(0, found.size)]
    readinto = _Content(source, parts, found.size).readinto
    return Member(found.name, found.size, found.pax_headers, readinto)


class _Content:
    """A file's bytes: those of its parts, and zeros around them. parts: offset and size, in order.

    ``tarfile`` would read as well, but could not go on where a body has paused.
    """

    def __init__(self, source: ExpandedBody, parts: list[tuple[int, int]], size: int) -> None:
        self._source = source
        self._parts = parts
        self._number = 0  # of the part that comes
        self._size = size
        self._at = 0

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer's front, return how many bytes; 0 is the end. Raises: as ``read``."""
        start, stop = self._part()
        if self._at < start:
            count = min(len(buffer), start - self._at, len(_ZEROS))
            self._source.work(count)
            buffer[:count] = _ZEROS[:count]
        else:
            count = self._source.readinto(buffer[: stop - self._at]) if stop > self._at else 0
            if stop > self._at and not count:
                raise self._source.fail(BrokenArchiveError("unexpected end of data"))
        self._at += count
        return count

    def _part(self) -> tuple[int, int]:
        """Return where the part begins and ends that comes; behind the last one the end."""
        while self._number < len(self._parts):
            offset, length = self._parts[self._number]
            if self._at < offset + length:
                return offset, offset + length
            self._number += 1
        return self._size, self._size


def _parts_of(found: TarInfo) -> list[tuple[int, int]]:
    """Return where a sparse file has bytes, in order.

    Heads have room for some parts; those that there are not are empty.

    Raises: BrokenArchiveError.
    """
    described: Any = found.sparse
    parts = [(offset, size) for offset, size in described if size]
    end = 0
    for offset, size in parts:
        if offset < end or size < 0:
            raise BrokenArchiveError("a sparse file has its parts in disorder")
        end = offset + size
    if end > found.size:
        raise BrokenArchiveError("a sparse file has more than it is long")
    return parts


class _Header(TarInfo):
    """What is before a file's content, read only if it is within bounds."""

    @classmethod
    def fromtarfile(cls, tarfile: "_Archive") -> Self:  # type: ignore[override]
        tarfile.begin_head()
        try:
            return super().fromtarfile(tarfile)
        except HeaderError as error:
            tarfile.ending = type(error).__name__, str(error)
            raise

    def _proc_member(self, tarfile: "_Archive") -> TarInfo:
        """Look at what ``tarfile`` would not look at; it says that this may be overridden."""
        if self.type in _PAX_TYPES:
            source, position = tarfile.source, tarfile.source.tell()
            data = source.read(-(-self.size // BLOCKSIZE) * BLOCKSIZE)
            _check_records(data[: self.size])
            source.rewind(position)
        found: TarInfo = super()._proc_member(tarfile)  # type: ignore[misc]  # not in typeshed
        return found


def _check_records(data: bytes) -> None:
    """Make sure that PAX records follow each other: ``length key=value`` and a line feed (POSIX).

    ``tarfile`` would take time and memory by the square of what does not.

    Raises: BrokenArchiveError.
    """
    at = 0
    while at < len(data):
        record = _PAX_RECORD.match(data, at)
        end = at + int(record[1]) if record else 0
        if record is None or not record.end() < end <= len(data) or data[end - 1] != 0x0A:
            raise BrokenArchiveError("a PAX header is malformed")
        at = end
    if max(map(len, _NUMBERS.findall(data)), default=0) > _MAX_DIGITS:
        raise BrokenArchiveError("a PAX header has a number without end")


class _Archive(TarFile):
    """A tar archive that is read once, and remembers nothing of its members."""

    def __init__(self, source: ExpandedBody, limits: ArchiveLimits) -> None:
        self.source = source
        self.members: list[TarInfo] = []
        self.ending = "", ""  # the error at which it stopped, and what that says
        self._entries = limits.entries
        self._chain = 0
        file: Any = source
        super().__init__(
            fileobj=file,
            mode="r",
            tarinfo=_Header,
            encoding="utf-8",
            errors="surrogateescape",
        )

    def next(self) -> TarInfo | None:
        """Return the next entry, None at the end. Raises: as ``MemberReader``; TarError.

        Where the body pauses before the entry's content, all of that is read again.
        """
        before = self.offset, self._entries, dict(self.pax_headers)
        try:
            found = super().next()
        except BodyPauses:
            self.source.rewind()
            self.offset, self._entries, self.pax_headers = before
            raise
        finally:
            self._chain = 0
            self.source.let_go()
        self.members.clear()
        if found is not None and found.size < 0:
            raise BrokenArchiveError("an entry has less than nothing")
        common = self.pax_headers
        if common and sum(len(key) + len(common[key]) for key in common) > _MAX_COMMON:
            raise self.source.fail(LargeArchiveError("says too much of all its entries"))
        return found

    def begin_head(self) -> None:
        """Count a head, and bound what comes before the content of its entry.

        Raises: LargeArchiveError.
        """
        self._chain += 1
        self._entries -= 1
        if self._entries < 0:
            raise self.source.fail(LargeArchiveError("has too many entries"))
        if self._chain > _MAX_CHAIN:
            raise self.source.fail(LargeArchiveError("has too many heads before an entry"))
        if self._chain == 1:
            self.source.hold(_MAX_HEADERS)

    def check_end(self) -> None:
        """Make sure that it has ended where an archive ends. Raises: BrokenArchiveError."""
        error, reason = self.ending
        if error not in _ENDS:
            raise BrokenArchiveError(reason)
