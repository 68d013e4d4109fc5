"""What a sync remembers: a small SQLite file."""

import sqlite3
from pathlib import Path

from pithos_client.hash_records import HashRecords

_TABLE = """
    CREATE TABLE IF NOT EXISTS last (pair TEXT, path TEXT, state TEXT, PRIMARY KEY (pair, path))
"""


class Memory:
    """States of the last sync of each pair. hashes: of files that look as they did then."""

    def __init__(self, file: Path, hashes: HashRecords | None = None) -> None:
        """Open the file, or make it. hashes: None is a file beside it."""
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.hashes = hashes or HashRecords(file.with_suffix(".hashes"))
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute(_TABLE)
        self._database.execute("DROP TABLE IF EXISTS hashed")  # which older clients had here

    def close(self) -> None:
        """Close the files."""
        self._database.close()
        self.hashes.close()

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
