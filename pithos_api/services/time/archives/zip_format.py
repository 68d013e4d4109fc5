"""The zip format as far as archives of stored files need it: PKWARE's APPNOTE 6.3.10, §4.3 to §4.5.

An entry's bytes are as they are, not compressed, so its length is known before it is read. Sizes
and offsets beyond 4 GiB go into Zip64 fields, and only there.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct
from typing import Final
from urllib.parse import quote

_LOCAL: Final = Struct("<4sHHHHHIIIHH")
_CENTRAL: Final = Struct("<4sHHHHHHIIIHHHHHII")
_DESCRIPTOR: Final = Struct("<4sIII")
_DESCRIPTOR_64: Final = Struct("<4sIQQ")
_END: Final = Struct("<4sHHHHIIH")
_END_64: Final = Struct("<4sQHHIIQQQQ")
_LOCATOR_64: Final = Struct("<4sIQI")
_TIMES: Final = Struct("<HHBi")

_MOST_16: Final = 0xFFFF
_MOST_32: Final = 0xFFFFFFFF

_PLAIN, _WITH_ZIP64 = 20, 45  # versions needed to read it
_MADE_BY: Final = 3 << 8 | _WITH_ZIP64  # Unix, so that modes are understood
_UTF8, _CRC_FOLLOWS = 1 << 11, 1 << 3
_FILE, _FOLDER = 0o100644 << 16, 0o040755 << 16 | 0x10
_EPOCH_OF_DOS: Final = datetime(1980, 1, 1, tzinfo=UTC)
_END_OF_DOS: Final = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_UNSAFE_SEGMENTS: Final = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A file in an archive. size: bytes. follows: whether its CRC-32 is told behind its bytes."""

    name: str
    size: int
    modified: datetime
    follows: bool = False

    @property
    def _is_long(self) -> bool:
        return self.size >= _MOST_32

    def local_header(self, crc: int) -> bytes:
        """Return what stands before the bytes (§4.3.7). crc: ignored where it follows."""
        name = self.name.encode()
        size = _MOST_32 if self._is_long else self.size
        sizes = (Struct("<HHQQ").pack(1, 16, self.size, self.size)) if self._is_long else b""
        extra = sizes + self._times()
        shared = self._shared(0 if self.follows else crc)
        return _LOCAL.pack(b"PK\3\4", *shared, size, size, len(name), len(extra)) + name + extra

    def descriptor(self, crc: int) -> bytes:
        """Return what stands behind the bytes (§4.3.9)."""
        if not self.follows:
            return b""
        form = _DESCRIPTOR_64 if self._is_long else _DESCRIPTOR
        return form.pack(b"PK\7\x08", crc, self.size, self.size)

    def central_header(self, crc: int, offset: int) -> bytes:
        """Return the line of the directory (§4.3.12). offset: where the local header begins."""
        name = self.name.encode()
        long = [self.size, self.size] if self._is_long else []
        if offset >= _MOST_32:
            long.append(offset)
        sizes = Struct(f"<HH{len(long)}Q").pack(1, 8 * len(long), *long) if long else b""
        extra = sizes + self._times()
        size = min(self.size, _MOST_32)
        mode = _FOLDER if self.name.endswith("/") else _FILE
        head = _CENTRAL.pack(
            *(b"PK\1\2", _MADE_BY, *self._shared(crc), size, size, len(name), len(extra)),
            *(0, 0, 0, mode, min(offset, _MOST_32)),
        )
        return head + name + extra

    def whole_size(self) -> int:
        """Return how many bytes of the archive are about this entry, without the directory's."""
        return len(self.local_header(0)) + self.size + len(self.descriptor(0))

    def _shared(self, crc: int) -> tuple[int, int, int, int, int, int]:
        """Return the fields that both headers have in a row."""
        flags = _UTF8 | (_CRC_FOLLOWS if self.follows else 0)
        at = min(max(self.modified.astimezone(UTC), _EPOCH_OF_DOS), _END_OF_DOS)
        clock = at.hour << 11 | at.minute << 5 | at.second // 2
        date = at.year - 1980 << 9 | at.month << 5 | at.day
        return (_WITH_ZIP64 if self._is_long else _PLAIN, flags, 0, clock, date, crc)

    def _times(self) -> bytes:
        """Return the time in UTC to the second, which the DOS fields cannot say."""
        seconds = min(max(int(self.modified.timestamp()), 0), 0x7FFFFFFF)
        return _TIMES.pack(0x5455, 5, 1, seconds)


def end_of_archive(count: int, size: int, offset: int) -> bytes:
    """Return what ends an archive (§4.3.14 to §4.3.16).

    count: of entries. size: bytes of the directory; offset: where it begins.
    """
    short = _END.pack(
        *(b"PK\5\6", 0, 0, min(count, _MOST_16), min(count, _MOST_16)),
        *(min(size, _MOST_32), min(offset, _MOST_32), 0),
    )
    if count < _MOST_16 and size < _MOST_32 and offset < _MOST_32:
        return short
    long = _END_64.pack(
        *(b"PK\6\6", _END_64.size - 12, _MADE_BY, _WITH_ZIP64, 0, 0, count, count, size, offset)
    )
    return long + _LOCATOR_64.pack(b"PK\6\7", 0, offset + size, 1) + short


def safe_name(name: str, size: int) -> str:
    """Return a name that is unpacked below the folder that it is unpacked into, as it is stored.

    Absolute names, those with empty segments, ``.`` or ``..`` between slashes of either kind, and
    files that are named like folders are percent-encoded as a whole.
    """
    inner = name[:-1] if name.endswith("/") and size == 0 else name
    segments = inner.replace("\\", "/").split("/")
    if _UNSAFE_SEGMENTS.isdisjoint(segments) and not _DRIVE.match(name):
        return name
    return quote(name, safe="").replace(".", "%2E")
