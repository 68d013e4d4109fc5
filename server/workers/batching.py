"""The poller's batches: which connections wait to be asked about, and which have been."""

import select
from collections.abc import Iterator, Sequence
from logging import Logger
from typing import Any

from server.batches import Batches
from server.connections.connection import Connection
from server.requests.request import Request
from server.workers.lane import Lane


class Batching:
    """A lane for each kind of requests."""

    def __init__(self, kinds: Sequence[Batches], poller: select.epoll, log: Logger) -> None:
        self._lanes = [Lane(batches, poller, log) for batches in kinds]
        self._log = log

    @property
    def is_busy(self) -> bool:
        """Whether requests are asked about, or were a moment ago, and enough at a time."""
        return any(lane.is_busy for lane in self._lanes)

    @property
    def patience(self) -> float | None:
        """Seconds after which ``begin`` is to be called, whatever happens; None: any."""
        return min(
            (lane.patience for lane in self._lanes if lane.patience is not None), default=None
        )

    def suits(self, request: Request) -> bool:
        """Whether requests like this can be asked about."""
        return any(lane.batches.suits(request.environ) for lane in self._lanes)

    def keep(self, connection: Connection) -> bool:
        """Keep a readable connection if its next request has come and can be asked about."""
        request = connection.receive_request()
        if request is None:
            return False
        body = connection.held_body(request)
        for lane in self._lanes:
            asked = self._taken(lane.batches, request, body)
            if asked is not None:
                lane.keep(connection, asked)
                return True
        return False

    def begin(self, serving: int) -> Iterator[Connection]:
        """Begin the batches whose time it is; yield connections that need threads instead.

        serving: how many threads are at work.
        """
        for lane in self._lanes:
            yield from lane.begin(serving)

    def end(self, fileno: int) -> Iterator[tuple[Connection, bool]]:
        """Yield the connections that were asked about, if a batch has ended: answered or not.

        fileno: what the poller tells of, whether it is a batch's or not.
        """
        for lane in self._lanes:
            if lane.is_told_by(fileno):
                yield from lane.end(fileno)
                return

    def end_late(self, now: float) -> Iterator[Connection]:
        """Give up batches that take too long; yield their connections."""
        for lane in self._lanes:
            yield from lane.end_late(now)

    def trim(self) -> None:
        """Give back what no batch has needed for long."""
        for lane in self._lanes:
            lane.batches.trim()

    def _taken(self, batches: Batches, request: Request, body: bytes) -> Any:
        """Return what is to be asked; None if that fails: it may in a thread, and not here."""
        try:
            return batches.take(request.environ, body)
        except Exception:
            self._log.exception("a request cannot be asked about")
            return None
