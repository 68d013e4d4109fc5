"""What a sync remembers: a small SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TABLES = """
    CREATE TABLE IF NOT EXISTS last (pair TEXT, path TEXT, state TEXT, PRIMARY KEY (pair, path));
    CREATE TABLE IF NOT EXISTS hashed (
        file TEXT, block_size INTEGER, size INTEGER, changed INTEGER, inode INTEGER, state TEXT,
        PRIMARY KEY (file, block_size));
"""


@dataclass(frozen=True)
class Stamp:
    """What a file looks like without reading it. changed: nanoseconds."""

    size: int
    changed: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """Return the stamp of a file. Raises: OSError."""
        found = path.lstat()
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


class Memory:
    """States of the last sync of each pair, and hashes of files that look as they did then."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def states(self, pair: str) -> dict[str, str]:
        """Return the state of each path when both sides agreed."""
        found = self._database.execute("SELECT path, state FROM last WHERE pair = ?", (pair,))
        return dict(found.fetchall())

    def agree(self, pair: str, path: str, state: str) -> None:
        """Remember that both sides have this state; "" is that there is nothing."""
        if state:
            row = (pair, path, state)
            self._database.execute("INSERT OR REPLACE INTO last VALUES (?, ?, ?)", row)
        else:
            gone = (pair, path)
            self._database.execute("DELETE FROM last WHERE pair = ? AND path = ?", gone)

    def hash_of(self, file: Path, block_size: int, stamp: Stamp) -> str | None:
        """Return the hash of a file that looks as it did when that was made."""
        row = self._database.execute(
            "SELECT size, changed, inode, state FROM hashed WHERE file = ? AND block_size = ?",
            (str(file), block_size),
        ).fetchone()
        return row[3] if row and Stamp(*row[:3]) == stamp else None

    def keep_hash(self, file: Path, block_size: int, stamp: Stamp, state: str) -> None:
        """Remember a file's hash."""
        row = (str(file), block_size, stamp.size, stamp.changed, stamp.inode, state)
        self._database.execute("INSERT OR REPLACE INTO hashed VALUES (?, ?, ?, ?, ?, ?)", row)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what is remembered inside durable at once."""
        self._database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
