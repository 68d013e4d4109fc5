"""The requests of one kind that one worker asks about together."""

import select
import time
from collections.abc import Iterator
from dataclasses import dataclass
from logging import Logger
from typing import Any, Final

from server.batches import Batch, Batches
from server.connections.connection import Connection

MANY: Final = 2
"""Connections at work in one worker from which on their requests are batched."""

MOST: Final = 256
"""Requests in a batch. Each may hold locks for the time that all take, and bytes in memory."""

_WORTH: Final = 1.3  # requests in a batch, on average, below which threads do better
_RECENT: Final = 8  # batches of which that is the average, roughly

_CROWDED: Final = 10  # times the patience with a batch, where no other may begin beside it
_LATE_SECONDS: Final = 1.0  # what is not answered then goes to threads
_GATHER_SECONDS: Final = 0.001  # that may pass until those who were answered together are back
_LULL_SECONDS: Final = 0.02  # after which a request alone is not asked about, but gets a thread


@dataclass(slots=True, eq=False)
class _UnderWay:
    """A batch that is asked about. began: monotonic; fileno: what tells of its end."""

    batch: Batch
    connections: list[Connection]
    began: float
    fileno: int = -1


class Lane:
    """What waits to be asked about, and what is."""

    def __init__(self, batches: Batches, poller: select.epoll, log: Logger) -> None:
        self.batches = batches
        self._poller = poller
        self._log = log
        self._waiting: list[tuple[Connection, Any]] = []
        self._since = 0.0  # when the first of them came
        self._under_way: list[_UnderWay] = []
        self._began = 0.0
        self._ended = 0.0
        self._expected = 0  # requests that may be there soon after that
        self._usual = 0.0  # how many requests a batch has had of late

    @property
    def is_busy(self) -> bool:
        """Whether requests are asked about, or were a moment ago, and enough at a time."""
        recent = self._under_way or time.monotonic() - self._began < _LULL_SECONDS
        return bool(recent) and self._usual >= _WORTH

    @property
    def patience(self) -> float | None:
        """Seconds after which ``begin`` is to be called, whatever happens; None: any."""
        if not self._waiting:
            return None
        return self.batches.patience if self._under_way else _GATHER_SECONDS

    def is_told_by(self, fileno: int) -> bool:
        """Whether the descriptor is one that tells of a batch's end."""
        return any(each.fileno == fileno for each in self._under_way)

    def keep(self, connection: Connection, asked: Any) -> None:
        """Let a connection wait, whose request ``asked`` is about."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append((connection, asked))

    def begin(self, serving: int) -> list[Connection]:
        """Begin a batch of what waits, if it is time; return those that need threads instead.

        serving: how many threads are at work, who leave their connections here as they come.
        """
        if not self._waiting or self._shall_wait():
            return []
        waiting, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        connections = [connection for connection, _ in waiting]
        if len(self._under_way) >= self.batches.most:
            return connections
        size = len(waiting)
        if not self.is_busy:
            if size + serving < MANY:
                return connections
            self._usual = float(size + serving)
        self._usual += (size - self._usual) / _RECENT
        return [] if self._ask(waiting) else connections

    def end(self, fileno: int) -> Iterator[tuple[Connection, bool]]:
        """Yield the connections of the batch that ``fileno`` tells of: answered here or not.

        Nothing if it has not ended.
        """
        each = next(each for each in self._under_way if each.fileno == fileno)
        try:
            answers = each.batch.end()
            if answers is None:
                self._watch(each)
                return
        except Exception:
            self._log.exception("a batch failed")
            each.batch.give_up()
            answers = [False] * len(each.connections)
        self._under_way.remove(each)
        yield from zip(each.connections, answers, strict=True)
        self._ended, self._expected = time.monotonic(), len(self._waiting) + sum(answers)

    def end_late(self, now: float) -> list[Connection]:
        """Give up what takes too long; return its connections."""
        late = [
            each
            for each in self._under_way
            if each.batch.repeatable and now - each.began >= _LATE_SECONDS
        ]
        for each in late:
            each.batch.give_up()
            self._under_way.remove(each)
        return [connection for each in late for connection in each.connections]

    def _shall_wait(self) -> bool:
        """Whether what waits is better asked about with more, or when a batch has ended."""
        now = time.monotonic()
        if not self._under_way:
            return len(self._waiting) < self._expected and now - self._ended < _GATHER_SECONDS
        patience = self.batches.patience
        if len(self._under_way) >= self.batches.most:
            patience *= _CROWDED
        return now - max(self._since, self._began) < patience

    def _ask(self, waiting: list[tuple[Connection, Any]]) -> bool:
        """Begin a batch; whether that could be."""
        batch = None
        try:
            batch = self.batches.begin([(c.asked_environ, asked) for c, asked in waiting])
            if batch is None:
                return False
            each = _UnderWay(batch, [connection for connection, _ in waiting], time.monotonic())
            self._watch(each)
        except Exception:
            self._log.exception("a batch failed")
            if batch is not None:
                batch.give_up()
            return False
        self._under_way.append(each)
        self._began = each.began
        return True

    def _watch(self, each: _UnderWay) -> None:
        """Have the poller tell when it may have ended."""
        each.fileno = each.batch.fileno()
        wanted = select.EPOLLOUT if each.batch.writes else select.EPOLLIN
        try:
            self._poller.modify(each.fileno, wanted | select.EPOLLONESHOT)
        except FileNotFoundError:
            self._poller.register(each.fileno, wanted | select.EPOLLONESHOT)
