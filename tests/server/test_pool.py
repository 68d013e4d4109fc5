import threading
import time
from typing import Any

import pytest

from server.workers.pool import Pool


@pytest.fixture
def busy():
    """A pool whose two threads are both taken, and nobody has come or gone for a while."""
    release = threading.Event()

    def hold(_connection):
        release.wait()

    pool = Pool(2, 8, hold, release.set)
    pool.start()
    connection: Any = object()
    for _ in range(2):
        pool.put(connection)
    while pool.crowded():
        time.sleep(0.001)
    pool.relieve()
    time.sleep(0.15)
    yield pool
    release.set()
    pool.stop()


def test_a_connection_that_has_just_come_after_a_quiet_time_is_no_reason_for_more_threads(busy):
    busy.put(object())
    busy.relieve()
    assert len(busy._threads) == 2


def test_a_connection_that_has_waited_gets_a_thread_of_its_own(busy):
    busy.put(object())
    busy.relieve()
    time.sleep(0.15)
    busy.relieve()
    assert len(busy._threads) == 3


def test_additional_threads_go_when_threads_are_not_held_up_any_more(busy, monkeypatch):
    busy.put(object())
    busy.relieve()
    time.sleep(0.15)
    busy.relieve()
    monkeypatch.setattr("server.workers.pool._HELD_UP_SECONDS", 0.0)
    busy._release()
    deadline = time.monotonic() + 5
    while len(busy._threads) > 2 and time.monotonic() < deadline:
        busy.put(object())
        time.sleep(0.01)
    assert len(busy._threads) == 2
