"""Which stored blocks this process has already compared with their digests."""

import os
from threading import Lock
from typing import Final

REMEMBERED: Final = 16_384
"""Blocks remembered by one process: 64 GiB of content for about 6 MiB of memory."""

_Identity = tuple[int, int, int, int]


class VerifiedBlocks:
    """A bounded memory of digests that were found sound, each tied to the file as it was then.

    A file that was replaced or touched since (another inode, size, or time of change) counts as
    never verified. The oldest entries are forgotten first.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._found: dict[bytes, _Identity] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._found)

    def add(self, digest: bytes, file: os.stat_result) -> None:
        """Remember that ``file``, as described before it was read, holds this very block."""
        with self._lock:
            self._found.pop(digest, None)
            if len(self._found) >= self._limit:
                del self._found[next(iter(self._found))]
            self._found[digest] = _identity(file)

    def holds(self, digest: bytes, file: os.stat_result) -> bool:
        """Whether this block was found sound in a file that has not changed since."""
        return self._found.get(digest) == _identity(file)


def _identity(file: os.stat_result) -> _Identity:
    # ctime besides mtime: a copy that preserves times must not pass for the file verified.
    return file.st_ino, file.st_size, file.st_mtime_ns, file.st_ctime_ns
