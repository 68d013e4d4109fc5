"""Bytes that wait for a client or for a thread: a little in memory, the rest in unnamed files."""

import errno
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from tempfile import TemporaryFile
from typing import Final

from server.errors import SpoolDiskError, SpoolFullError

MEMORY: Final = 65536
"""Bytes of a queue that stay in memory."""

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Spool:
    """The room that the queues of one worker share.

    directory: where their files are, None for the system's place; room: bytes of all files;
    of_one: of those of one party.
    """

    def __init__(self, directory: str | None, room: int, of_one: int) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._left = room
        self._of_one = of_one
        self._taken: Counter[str] = Counter()

    def new_file(self) -> FileIO:
        """Return an open file without a name.

        Raises: OSError.
        """
        return TemporaryFile(buffering=0, dir=self._directory)

    def reserve(self, size: int, party: str) -> None:
        """Take room for so many bytes of a party.

        Raises: SpoolFullError.
        """
        with self._lock:
            if size > min(self._left, self._of_one - self._taken[party]):
                raise SpoolFullError("too much waits for slow clients already")
            self._left -= size
            self._taken[party] += size

    def release(self, size: int, party: str) -> None:
        """Give it back."""
        with self._lock:
            self._left += size
            self._taken[party] -= size
            if not self._taken[party]:
                del self._taken[party]


class Queue:
    """Bytes that come out in the order in which they went in. One thread at a time uses it.

    Its file has no name, so a process that dies leaves nothing behind. It goes when all is read.
    party_of: tells whose share of the room the file has; it is asked when there is one.
    """

    __slots__ = ("_file", "_memory", "_party", "_party_of", "_read", "_spool", "_written")

    def __init__(self, spool: Spool, party_of: Callable[[], str]) -> None:
        self._spool = spool
        self._party_of = party_of
        self._party = ""
        self._memory = bytearray()
        self._file: FileIO | None = None
        self._read = self._written = 0  # places in the file

    def __len__(self) -> int:
        return len(self._memory) + self._written - self._read

    def fileno(self) -> int:
        """Return the file of more than ``MEMORY`` bytes, which begins with the first.

        Raises: ValueError: there is none.
        """
        if self._file is None:
            raise ValueError("all of it is in memory")
        return self._file.fileno()

    def write(self, data: bytes | memoryview) -> None:
        """Put bytes in.

        Raises: SpoolFullError, SpoolDiskError: the queue is of no use any more.
        """
        if self._file is None and len(self._memory) + len(data) <= MEMORY:
            self._memory += data
            return
        if self._memory:
            self._append(memoryview(self._memory))
            self._memory = bytearray()
        self._append(memoryview(data))

    def readinto(self, buffer: memoryview) -> int:
        """Take bytes out, as many as there are and the buffer holds."""
        if self._file is None:
            count = min(len(buffer), len(self._memory))
            buffer[:count] = self._memory[:count]
            del self._memory[:count]
            return count
        self._file.seek(self._read)
        count = self._file.readinto(buffer[: self._written - self._read])
        self._read += count
        if self._read == self._written:
            self.close()
        return count

    def close(self) -> None:
        """Forget all bytes, and give their room back."""
        self._memory.clear()
        if self._file is not None:
            self._file.close()
            self._file = None
            self._spool.release(self._written, self._party)
            self._read = self._written = 0

    def _append(self, data: memoryview) -> None:
        if not self._written:
            self._party = self._party_of()
        self._spool.reserve(len(data), self._party)
        done = 0
        try:
            if self._file is None:
                self._file = self._spool.new_file()
            self._file.seek(self._written)
            while done < len(data):
                done += self._file.write(data[done:])
        except OSError as error:
            self._spool.release(len(data), self._party)
            with suppress(OSError):
                if self._file is not None and not self._written:
                    self._file.close()
                    self._file = None
            full = "no room" if error.errno in _FULL else "an error"
            raise SpoolDiskError(f"the disk of waiting bodies has {full}") from error
        self._written += len(data)
