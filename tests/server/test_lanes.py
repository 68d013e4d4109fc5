"""The requests of one kind that a worker asks about together."""

import logging
import os
import select
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from server.workers.lane import MOST, Lane


class Asked:
    """A batch that does not end by itself."""

    repeatable = True
    writes = False

    def __init__(self) -> None:
        self._out, self._in = os.pipe()

    def fileno(self) -> int:
        return self._out

    def end(self) -> None:
        return None

    def give_up(self) -> None:
        os.close(self._in)
        os.close(self._out)


class Kind:
    """What is asked about, in one batch after the other. sizes: of the batches."""

    most = 1
    patience = 0.0

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def suits(self, environ: Any) -> bool:
        return True

    def take(self, environ: Any, body: bytes) -> object:
        return object()

    def begin(self, asked: Any) -> Asked:
        self.sizes.append(len(asked))
        return Asked()

    def trim(self) -> None:
        pass


@pytest.fixture
def poller() -> Iterator[select.epoll]:
    with select.epoll() as opened:
        yield opened


def test_of_very_many_requests_some_wait_for_the_next_batch(poller: select.epoll) -> None:
    kind = Kind()
    lane = Lane(kind, poller, logging.getLogger(__name__))
    for number in range(2 * MOST + 9):
        connection: Any = SimpleNamespace(asked_environ={}, number=number)
        lane.keep(connection, number)
    for _ in range(3):
        assert lane.begin(serving=0) == []
        lane.end_late(float("inf"))
    assert kind.sizes == [MOST, MOST, 9]
