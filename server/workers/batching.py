"""The poller's batches: which connections wait to be asked about, and which have been."""

import select
import time
from collections.abc import Iterator
from logging import Logger
from typing import Any, Final

from server.batches import Batches
from server.connections.connection import Connection
from server.requests.request import Request

MANY: Final = 4
"""Connections at work in one worker from which on their requests are batched."""

_WORTH: Final = 2.0  # requests in a batch, on average, below which threads do better
_RECENT: Final = 8  # batches of which that is the average, roughly

_LATE_SECONDS: Final = 1.0  # what is not answered then goes to threads
_LULL_SECONDS: Final = 0.02  # after which a request alone is not asked about, but gets a thread


class Batching:
    """At most one batch is under way; what comes meanwhile is the next."""

    def __init__(self, batches: Batches, poller: select.epoll, log: Logger) -> None:
        self._batches = batches
        self._poller = poller
        self._log = log
        self._waiting: list[tuple[Connection, Any]] = []
        self._asked: list[Connection] = []
        self._began = 0.0
        self._usual = 0.0  # how many requests a batch has had of late
        self._watched = -1  # a descriptor that is registered with the poller

    @property
    def is_busy(self) -> bool:
        """Whether requests are asked about, or were a moment ago, and enough at a time."""
        recent = self._asked or time.monotonic() - self._began < _LULL_SECONDS
        return bool(recent) and self._usual >= _WORTH

    @property
    def has_waiting(self) -> bool:
        """Whether a batch can begin."""
        return bool(self._waiting) and not self._asked

    def is_told_by(self, fileno: int) -> bool:
        """Whether the descriptor is the one that tells of a batch's end."""
        return fileno == self._watched

    def takes(self, request: Request) -> bool:
        """Whether requests like this can be asked about."""
        return self._batches.take(request.environ) is not None

    def keep(self, connection: Connection) -> bool:
        """Keep a readable connection if its next request has come and can be asked about."""
        request = connection.receive_request()
        if request is None:
            return False
        asked = self._batches.take(request.environ)
        if asked is None:
            return False
        self._waiting.append((connection, asked))
        return True

    def begin(self, serving: int) -> list[Connection]:
        """Begin a batch of all that waits; return those that need threads instead.

        serving: how many threads are at work, who leave their connections here as they come.
        """
        waiting, self._waiting = self._waiting, []
        connections = [connection for connection, _ in waiting]
        size = len(waiting)
        if not self.is_busy:
            if size + serving < MANY:
                return connections
            self._usual = float(size + serving)
        self._usual += (size - self._usual) / _RECENT
        try:
            if not self._batches.begin([(c.asked_environ, asked) for c, asked in waiting]):
                return connections
            self._watch()
        except Exception:
            self._fail()
            return connections
        self._asked, self._began = connections, time.monotonic()
        return []

    def end(self) -> Iterator[tuple[Connection, bool]]:
        """Yield the connections that were asked about, if it has ended: answered here or not."""
        if not self._asked:
            return
        try:
            answers = self._batches.end()
            if answers is None:
                self._watch()
                return
        except Exception:
            self._fail()
            answers = [False] * len(self._asked)
        asked, self._asked = self._asked, []
        yield from zip(asked, answers, strict=True)

    def end_late(self, now: float) -> list[Connection]:
        """Give up a batch that takes too long; return its connections."""
        if not self._asked or now - self._began < _LATE_SECONDS:
            return []
        self._batches.give_up()
        asked, self._asked = self._asked, []
        return asked

    def _fail(self) -> None:
        """Go on without what the application should have told: threads ask it anew."""
        self._log.exception("a batch failed")
        self._batches.give_up()

    def _watch(self) -> None:
        fileno = self._batches.fileno()
        wanted = select.EPOLLONESHOT | (select.EPOLLOUT if self._batches.writes else select.EPOLLIN)
        try:
            self._poller.modify(fileno, wanted)
        except FileNotFoundError:
            self._poller.register(fileno, wanted)
        self._watched = fileno
