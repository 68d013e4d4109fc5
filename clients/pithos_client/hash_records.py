"""Hashes of files that look as they did when they were read: a small SQLite file."""

import os
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pithos_client.hashing import block_digest, blocks_of, merkle_hash

_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS hashed (
        file BLOB, block_size INTEGER, size INTEGER, modified INTEGER, changed INTEGER,
        inode INTEGER, hash TEXT, PRIMARY KEY (file, block_size)) WITHOUT ROWID
"""
_RECENT_NS: Final = 50_000_000
_RECENT_COARSE_NS: Final = 2_000_000_000
_SECOND_NS: Final = 1_000_000_000


@dataclass(frozen=True)
class Stamp:
    """What a file looks like without reading it. modified, changed: nanoseconds since 1970.

    changed: when anything of it was changed, which no program can set.
    """

    size: int
    modified: int
    changed: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """Return the stamp of a file. Raises: OSError."""
        found = path.stat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def is_settled(self, now: int) -> bool:
        """Whether a write from now on would show. now: nanoseconds since 1970.

        Two writes within a tick of the clock look like one; a tick is seconds on some file systems.
        """
        coarse = self.modified % _SECOND_NS == 0 and self.changed % _SECOND_NS == 0
        return now - self.modified > (_RECENT_COARSE_NS if coarse else _RECENT_NS)


class HashRecords:
    """Remembers hashes; threads and processes may share it.

    It only saves time: where its file cannot be read or written, nothing is remembered.
    """

    def __init__(self, file: Path | None) -> None:
        """Open the file, or make it. None: remember nothing."""
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        with suppress(sqlite3.Error, OSError):
            self._database = _opened(file) if file else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            database, self._database = self._database, None
        if database:
            database.close()

    def content_hash(self, path: Path, block_size: int) -> str:
        """Return the Merkle hash of a file, hex; it is read if it is not known. Raises: OSError."""
        stamp, begun = Stamp.of(path), time.time_ns()
        known = self.known(path, block_size, stamp)
        if known is not None:
            return known
        with path.open("rb") as file:
            digests = [block_digest(block) for block in blocks_of(file, block_size)]
        found = merkle_hash(digests).hex()
        self.keep(path, block_size, stamp, begun, found)
        return found

    def known(self, path: Path, block_size: int, stamp: Stamp) -> str | None:
        """Return the hash of a file that looks as it did when that was made."""
        query = """SELECT hash FROM hashed WHERE file = ? AND block_size = ? AND size = ?
                   AND modified = ? AND changed = ? AND inode = ?"""
        rows = self._run(query, (_key(path), block_size, *_row(stamp)))
        return str(rows[0][0]) if rows else None

    def keep(self, path: Path, block_size: int, stamp: Stamp, begun: int, content: str) -> None:
        """Remember the hash of what was read, if a change since then would show.

        stamp: of before it was read. begun: when reading began, nanoseconds since 1970.
        """
        if stamp.is_settled(begun) and Stamp.of(path) == stamp:
            row = (_key(path), block_size, *_row(stamp), content)
            self._run("INSERT OR REPLACE INTO hashed VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _run(self, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        with self._lock:
            if self._database is None:
                return []
            try:
                return self._database.execute(statement, values).fetchall()
            except sqlite3.Error:
                self._database.close()
                self._database = None
                return []


def _opened(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute(_TABLE)
    return database


def _key(path: Path) -> bytes:
    return os.fsencode(os.path.abspath(path))


def _row(stamp: Stamp) -> tuple[int, ...]:
    return stamp.size, stamp.modified, stamp.changed, stamp.inode
