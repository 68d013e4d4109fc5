"""Metrics: the workers count in shared memory (docs/adr/0017-metrics-in-shared-memory.md).

Every request is counted, so counting must cost next to nothing: a few additions to an array.
The first process makes the memory before it forks; each worker adds to a row of its own, which
outlives it. A reader adds the rows up.
"""

import mmap
import os
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Final
from uuid import uuid4

METHODS: Final = (
    "GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "COPY", "MOVE", "OPTIONS", "other",
)  # fmt: skip
STATUSES: Final = (
    200, 201, 202, 204, 206, 207, 300, 301, 302, 303, 304, 400, 401, 403, 404, 405, 406, 408, 409,
    410, 411, 412, 413, 414, 415, 416, 417, 422, 429, 431, 498, 499, 500, 501, 502, 503, 504, 505,
    507, 0,
)  # fmt: skip
"""0 stands for all others; 499 is a client that left unanswered."""

BUCKETS: Final = (
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
)  # fmt: skip
"""Upper bounds in seconds; one more bucket has what took longer."""

EVENTS: Final = (
    "batched_reads", "batched_writes", "blocks_damaged", "blocks_missing", "database_errors",
    "md5s_made", "unforeseen_errors",
)  # fmt: skip

SLOTS: Final = 128

# A row: the worker's process id, EVENTS, then for each method and route a cell.
_SECONDS: Final = len(BUCKETS) + 1  # in microseconds
_RECEIVED: Final = _SECONDS + 1
_SENT: Final = _SECONDS + 2
_FIRST_STATUS: Final = _SECONDS + 3
_CELL: Final = _FIRST_STATUS + len(STATUSES)
_FIRST_CELL: Final = 1 + len(EVENTS)

_EVENT_AT: Final = {name: 1 + number for number, name in enumerate(EVENTS)}
_STATUS_AT: Final = {status: _FIRST_STATUS + at for at, status in enumerate(STATUSES)}


class Metrics:
    """One row of counters for each worker process, in memory shared with the children.

    routes: the kinds of resources whose requests are counted apart.
    run: what tells these counters from those of other starts of a server, and of other machines.
    """

    def __init__(self, routes: Iterable[str]) -> None:
        self.run = uuid4()
        kinds = [(method, route) for method in METHODS for route in routes]
        self._cells = {kind: _FIRST_CELL + at * _CELL for at, kind in enumerate(kinds)}
        self._size = _FIRST_CELL + len(kinds) * _CELL
        # Pages that nobody writes to take no memory: a row is 35 kB, of which few are in use.
        self._memory = memoryview(mmap.mmap(-1, SLOTS * self._size * 8)).cast("Q")
        self._lock = Lock()
        self.use_row(0)

    def use_row(self, slot: int) -> None:
        """Count in this row from now on; its counts go on from where they are."""
        self._row = self._memory[slot * self._size : (slot + 1) * self._size]
        self._row[0] = os.getpid()

    def count_event(self, name: str, times: int = 1) -> None:
        """Add to one of EVENTS."""
        with self._lock:
            self._row[_EVENT_AT[name]] += times

    def count_request(
        self, kind: tuple[str, str], status: int, received: int, sent: int, seconds: float
    ) -> None:
        """Add a request; kind: one of METHODS and one of the routes."""
        row, cell = self._row, self._cells[kind]
        with self._lock:
            row[cell + bisect_left(BUCKETS, seconds)] += 1
            row[cell + _SECONDS] += int(seconds * 1_000_000)
            row[cell + _STATUS_AT.get(status, _CELL - 1)] += 1
            if received:
                row[cell + _RECEIVED] += received
            if sent:
                row[cell + _SENT] += sent

    def workers(self) -> dict[int, int]:
        """Return the process ids by slot, of workers that are or were."""
        pids = self._memory[:: self._size].tolist()
        return {slot: pid for slot, pid in enumerate(pids) if pid}

    def sum(self) -> "Sums":
        """Return the sums over all workers."""
        size = self._size
        rows = [self._memory[s * size : (s + 1) * size].tolist() for s in self.workers()]
        return Sums([sum(column) for column in zip(*rows, strict=True)], self._cells)


class Sums:
    """What all workers have counted."""

    def __init__(self, row: list[int], cells: Mapping[tuple[str, str], int]) -> None:
        self._row = row
        self._cells = cells

    @property
    def events(self) -> dict[str, int]:
        """How often each of EVENTS happened."""
        return {name: self._row[at] for name, at in _EVENT_AT.items()}

    def kinds(self) -> list["Kind"]:
        """Return the kinds of requests that there were."""
        every = [
            Kind(method, route, self._row[at : at + _CELL])
            for (method, route), at in self._cells.items()
        ]
        return [kind for kind in every if any(kind.cell)]


class Kind:
    """Requests of one method to one kind of resource."""

    def __init__(self, method: str, route: str, cell: list[int]) -> None:
        self.method = method
        self.route = route
        self.cell = cell

    @property
    def statuses(self) -> dict[str, int]:
        """How often each status was answered."""
        found = {str(status or "other"): self.cell[at] for status, at in _STATUS_AT.items()}
        return {status: count for status, count in found.items() if count}

    @property
    def durations(self) -> list[int]:
        """How many requests each bucket has: one for each of BUCKETS, and the last one."""
        return self.cell[:_SECONDS]

    @property
    def buckets(self) -> list[tuple[str, int]]:
        """Upper bounds in seconds, as text, and how many requests took at most so long."""
        bounds = [*map(str, BUCKETS), "+Inf"]
        return [(bound, sum(self.cell[: at + 1])) for at, bound in enumerate(bounds)]

    @property
    def seconds(self) -> float:
        """What all of them took."""
        return self.cell[_SECONDS] / 1_000_000

    @property
    def received(self) -> int:
        """Bytes of their bodies."""
        return self.cell[_RECEIVED]

    @property
    def sent(self) -> int:
        """Bytes of the answers' bodies."""
        return self.cell[_SENT]


class _Installed:
    metrics: Metrics | None = None


def install(metrics: Metrics) -> None:
    """Count in ``metrics`` from now on. The composition root calls this before the server forks."""
    _Installed.metrics = metrics


def installed() -> Metrics | None:
    """Return the metrics in use, None outside of servers."""
    return _Installed.metrics


def count_event(name: str, times: int = 1) -> None:
    """Add to one of EVENTS, where anything is counted."""
    if _Installed.metrics is not None:
        _Installed.metrics.count_event(name, times)
