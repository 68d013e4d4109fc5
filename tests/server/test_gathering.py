"""When requests that wait for others are asked about."""

import logging
import select
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from server.connections.connection import Connection
from server.workers import lane as lanes
from server.workers.lane import Lane
from tests.server.batching import Told

LONG = 60.0  # seconds, no test lasts so long


@pytest.fixture
def poller() -> Iterator[select.epoll]:
    with select.epoll() as opened:
        yield opened


@pytest.fixture
def lane(poller: select.epoll) -> Lane:
    return Lane(Told(), poller, logging.getLogger(__name__))


def come(lane: Lane, number: int) -> int:
    """So many requests come; return how many take threads as it is seen to them."""
    for _ in range(number):
        lane.keep(cast(Connection, SimpleNamespace(asked_environ={})), "here")
    return len(lane.begin(serving=0))


def answered(lane: Lane, poller: select.epoll) -> int:
    """Return how many were asked about together, and are answered now."""
    return sum(len(list(lane.end(fileno))) for fileno, _ in poller.poll(0))


def test_one_that_comes_alone_takes_a_thread(lane: Lane, poller: select.epoll) -> None:
    assert come(lane, 1) == 1
    assert answered(lane, poller) == 0


def test_those_who_come_back_are_waited_for(
    lane: Lane, poller: select.epoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "_GATHER_SECONDS", LONG)
    come(lane, 3)
    assert answered(lane, poller) == 3
    for number in (1, 1):
        assert come(lane, number) == 0
        assert answered(lane, poller) == 0
        assert lane.patience == LONG
    come(lane, 1)
    assert answered(lane, poller) == 3


def test_who_came_meanwhile_is_waited_for_too(
    lane: Lane, poller: select.epoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "_GATHER_SECONDS", LONG)
    monkeypatch.setattr(lane.batches, "patience", LONG)
    come(lane, 2)
    come(lane, 2)
    assert answered(lane, poller) == 2
    come(lane, 1)
    assert answered(lane, poller) == 0
    come(lane, 1)
    assert answered(lane, poller) == 4


def test_who_does_not_come_back_soon_holds_up_nobody(
    lane: Lane, poller: select.epoll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "_GATHER_SECONDS", 0.0)
    come(lane, 3)
    assert answered(lane, poller) == 3
    come(lane, 1)
    assert answered(lane, poller) == 1
    assert lane.patience is None
