"""The files of a tar archive, one after the other, as they come.

Python's ``tarfile`` reads the format. It trusts what it reads, so what is before a file's content
is bounded and looked at here first.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from tarfile import BLOCKSIZE, HeaderError, TarError, TarFile, TarInfo
from typing import Any, Final, Self

from pithos_api.http.bodies.archives.expanding import (
    ArchiveLimits,
    BrokenArchiveError,
    ExpandedBody,
    LargeArchiveError,
)
from web.bodies.body import RequestBody

_MAX_HEADERS: Final = 128 * 1024  # bytes before an entry's content: names, times, attributes
_MAX_CHAIN: Final = 8  # heads before it: global ones, long names, the entry's own
_MAX_COMMON: Final = 64 * 1024  # characters that are said of all entries that follow
_MAX_DIGITS: Final = 256
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

    size: bytes. said: what PAX headers say of it. content: to be read before the next member.
    """

    name: str
    size: int
    said: Mapping[str, str]
    content: RequestBody


def read_members(source: ExpandedBody, limits: ArchiveLimits) -> Iterator[Member]:
    """Yield the regular files of an archive; what else is in it is passed over.

    Raises: BrokenArchiveError; LargeArchiveError; whatever reading the body raises.
    """
    try:
        archive = _Archive(source, limits)
        while (found := archive.next()) is not None:
            if found.isfile():
                yield _member(archive, source, found)
        archive.check_end()
    except (TarError, *_CONFUSED) as error:
        raise source.fail(BrokenArchiveError(str(error))) from error
    source.drain(_TRAILER)


def _member(archive: "_Archive", source: ExpandedBody, found: TarInfo) -> Member:
    said = found.pax_headers
    if not found.issparse():
        return Member(found.name, found.size, said, _plain_content(source, found.size))
    found.sparse = _parts_of(found)
    source.add_holes(found.size)
    return Member(found.name, found.size, said, _sparse_content(archive, source, found))


def _plain_content(source: ExpandedBody, size: int) -> RequestBody:
    left = size

    def readinto(buffer: memoryview) -> int:
        nonlocal left
        count = source.readinto(buffer[:left]) if left else 0
        if left and not count:
            raise source.fail(BrokenArchiveError("unexpected end of data"))
        left -= count
        return count

    return RequestBody(readinto, size)


def _sparse_content(archive: "_Archive", source: ExpandedBody, found: TarInfo) -> RequestBody:
    file: Any = archive.extractfile(found)

    def readinto(buffer: memoryview) -> int:
        try:
            count: int = file.readinto(buffer)
        except TarError as error:
            raise source.fail(BrokenArchiveError(str(error))) from error
        return count

    return RequestBody(readinto, found.size)


def _parts_of(found: TarInfo) -> Any:
    """Return where a sparse file has bytes, in order: of others ``tarfile`` would look forever.

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
            tarfile.stopped_at = error
            raise

    def _proc_member(self, tarfile: "_Archive") -> TarInfo:
        """Look at what ``tarfile`` would not look at; it says that this may be overridden."""
        if self.type in _PAX_TYPES:
            source = tarfile.source
            data = source.read(-(-self.size // BLOCKSIZE) * BLOCKSIZE)
            _check_records(data[: self.size])
            source.unread(data)
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
        self.stopped_at: HeaderError | None = None
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
        """Return the next entry, None at the end. Raises: as ``read_members``; TarError."""
        self._chain = 0
        found = super().next()
        self.source.allowance = None
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
        if self.source.allowance is None:
            self.source.allowance = _MAX_HEADERS

    def check_end(self) -> None:
        """Make sure that it has ended where an archive ends. Raises: BrokenArchiveError."""
        if type(self.stopped_at).__name__ not in _ENDS:
            raise BrokenArchiveError(str(self.stopped_at))
