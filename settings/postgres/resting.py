"""Connections that no thread needs at the moment, the one used last on top."""

import time
from functools import cache
from threading import Lock
from typing import Final, NamedTuple

from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as Connection  # noqa: N812

IDLE_SECONDS: Final = 3.0
"""After so long without a use a connection is closed."""


class _Resting(NamedTuple):
    raw: Connection
    since: float


class RestingConnections:
    """Those of one process. For many threads."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._resting: list[_Resting] = []
        self._lock = Lock()

    def put(self, raw: Connection) -> None:
        """Let a connection rest; one that is lost or within a transaction is closed."""
        if raw.closed or raw.info.transaction_status != TRANSACTION_STATUS_IDLE:
            raw.close()
            return
        with self._lock:
            self._resting.append(_Resting(raw, time.monotonic()))

    def take(self) -> Connection | None:
        """Return the connection that rests for the shortest time; None: all are in use."""
        with self._lock:
            return self._resting.pop().raw if self._resting else None

    def trim(self) -> None:
        """Close those that nobody has needed for long."""
        long_ago = time.monotonic() - self._idle_seconds
        with self._lock:
            idle = [each for each in self._resting if each.since < long_ago]
            self._resting = self._resting[len(idle) :]  # those that rest longest come first
        for each in idle:
            each.raw.close()

    def close(self) -> None:
        """Close all: before a fork, or because the database has gone."""
        with self._lock:
            idle, self._resting = self._resting, []
        for each in idle:
            each.raw.close()


@cache
def resting() -> RestingConnections:
    """Return the process's own."""
    return RestingConnections()
