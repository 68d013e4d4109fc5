"""Connections that no thread needs at the moment, the one used last on top."""

import time
from collections.abc import Callable
from functools import cache
from math import inf
from threading import Condition, Lock
from typing import Final
from weakref import WeakKeyDictionary

from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as Connection  # noqa: N812

IDLE_SECONDS: Final = 3.0
"""After so long without a use a connection is closed."""

LIFE_SECONDS: Final = 30.0
"""After so long a connection is closed when it comes to rest. Postgres keeps the plan of every
statement that was ever prepared on it and all that it has read of the catalogue, so it grows for as
long as it lives: from 3 MiB to 9. A new one costs some milliseconds."""

ENOUGH: Final = 4
"""Connections of a process from which on a thread first waits for one that comes to rest. More
statements at once make nothing faster, since a process has about one core."""

PATIENCE_SECONDS: Final = 0.25
"""How long it waits if none comes to rest meanwhile, since the others may take long; then it makes
one more. Of several that wait only one does so: what it makes is soon there for the next."""

LONGEST_SECONDS: Final = 2.0
"""How long it waits if others are always faster."""


class RestingConnections:
    """Those of one process. For many threads."""

    def __init__(
        self, idle_seconds: float = IDLE_SECONDS, life_seconds: float = LIFE_SECONDS
    ) -> None:
        self._idle_seconds = idle_seconds
        self._life_seconds = life_seconds
        self._resting: list[tuple[Connection, float]] = []  # and since when
        self._made: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()  # and when
        self._making = self._waiting = 0
        self._moved = 0.0  # when one came to rest, or a thread gave up waiting to make one
        self._lock = Lock()
        self._returned = Condition(self._lock)

    def put(self, raw: Connection) -> None:
        """Let a connection rest; one that is old, lost or within a transaction is closed."""
        now = time.monotonic()
        is_old = now - self._made.get(raw, inf) > self._life_seconds
        if is_old or raw.closed or raw.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            raw.close()
        with self._lock:
            self._moved = now
            if not raw.closed:
                self._resting.append((raw, now))
            if self._waiting:
                self._returned.notify()
            trims = self._resting and now - self._resting[0][1] > self._idle_seconds
        if trims:
            self.trim()

    def take(self, patience: float = PATIENCE_SECONDS) -> Connection | None:
        """Return the connection that rests for the shortest time.

        patience: if many are in use, one is waited for until for so many seconds none has come to
        rest; then None, and the caller is to ``make`` one.
        """
        with self._lock:
            if not self._resting and self._count() >= ENOUGH:
                self._await_one(patience)
            return self._resting.pop()[0] if self._resting else None

    def make(self, connect: Callable[[], Connection]) -> Connection:
        """Return a new connection. Raises: what ``connect`` does."""
        with self._lock:
            self._making += 1
        raw = None
        try:
            raw = connect()
        finally:
            with self._lock:
                self._making -= 1
                if raw is not None:
                    self._made[raw] = time.monotonic()
        return raw

    def trim(self) -> None:
        """Close those that nobody has needed for long."""
        long_ago = time.monotonic() - self._idle_seconds
        with self._lock:
            idle = [each for each in self._resting if each[1] < long_ago]
            self._resting = self._resting[len(idle) :]  # those that rest longest come first
        for raw, _ in idle:
            raw.close()

    def close(self) -> None:
        """Close all: before a fork, or because the database has gone."""
        with self._lock:
            idle, self._resting = self._resting, []
        for raw, _ in idle:
            raw.close()

    def _await_one(self, patience: float) -> None:
        """Wait until one rests or may be made, but not for long."""
        begun = time.monotonic()
        self._waiting += 1
        try:
            while not self._resting and self._count() >= ENOUGH:
                until = min(max(begun, self._moved) + patience, begun + LONGEST_SECONDS)
                now = time.monotonic()
                if now >= until:
                    self._moved = now
                    return
                self._returned.wait(until - now)
        finally:
            self._waiting -= 1

    def _count(self) -> int:
        """Return how many connections there are."""
        return self._making + sum(not raw.closed for raw in self._made)


@cache
def resting() -> RestingConnections:
    """Return the process's own."""
    return RestingConnections()
