"""Which stored blocks this process and those forked from it have compared with their digests."""

import mmap
import os
import struct
from hashlib import blake2b
from typing import Final

BUCKETS: Final = 65_536
"""Places by digest, of four blocks each: 1 TiB of content at most for 4 MiB of memory."""

_MARK: Final = 16
_BUCKET: Final = 4 * _MARK
_IDENTITY: Final = struct.Struct("=5q")


class VerifiedBlocks:
    """A bounded memory of digests that were found sound, each tied to the file as it was then.

    A file that was replaced or touched since (another inode, size, or time of change) counts as
    never verified. In a full bucket one of four is forgotten.

    A block's mark is a hash of digest and file under a key of this memory's own. Two processes
    may write one mark at once without a lock: the result is one of the two, or matches nothing.
    """

    def __init__(self, buckets: int = BUCKETS) -> None:
        self._buckets = buckets
        self._key = os.urandom(32)
        self._memory = memoryview(mmap.mmap(-1, buckets * _BUCKET))

    def add(self, digest: bytes, file: os.stat_result) -> None:
        """Remember that ``file``, as described before it was read, holds this very block."""
        mark = self._mark(digest, file)
        marks = self._marks(digest)
        if mark not in marks:
            free = bytes(_MARK)
            place = marks.index(free) if free in marks else mark[0] % len(marks)
            start = self._bucket(digest) + place * _MARK
            self._memory[start : start + _MARK] = mark

    def holds(self, digest: bytes, file: os.stat_result) -> bool:
        """Whether this block was found sound in a file that has not changed since."""
        return self._mark(digest, file) in self._marks(digest)

    def _marks(self, digest: bytes) -> list[bytes]:
        start = self._bucket(digest)
        found = bytes(self._memory[start : start + _BUCKET])
        return [found[at : at + _MARK] for at in range(0, _BUCKET, _MARK)]

    def _bucket(self, digest: bytes) -> int:
        return int.from_bytes(digest[:8]) % self._buckets * _BUCKET

    def _mark(self, digest: bytes, file: os.stat_result) -> bytes:
        # ctime besides mtime: a copy that preserves times must not pass for the file verified.
        identity = file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns
        text = digest + _IDENTITY.pack(*identity)
        return blake2b(text, digest_size=_MARK, key=self._key).digest()
