"""Connections rest between the threads that need them."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction
from psycopg2.extensions import connection as Connection  # noqa: N812
from pytest_django import DjangoDbBlocker

from pithos_api.models.statements.listings.list_objects import writers
from pithos_api.services import connections
from settings.postgres.resting import ENOUGH, RestingConnections, resting

T = TypeVar("T")
NOBODY = -1  # the id of no account, whatever other tests leave


@pytest.fixture(autouse=True)
def none(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """No connection, before and after. Nothing is written, so no table has to be emptied."""
    with django_db_blocker.unblock():
        connection.close()
        resting().close()
        yield
        connection.close()
        resting().close()


def elsewhere(act: Callable[[], T]) -> T:
    """Let another thread do something; its connection rests then."""

    def done() -> T:
        try:
            return act()
        finally:
            connections.release()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


def session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def new_connection() -> Connection:
    raw: Connection = psycopg2.connect(**connection.get_connection_params())
    return raw


def begin_and_fail() -> int:
    """Leave a transaction by an error; return which session it was, to which nothing is left."""
    try:
        with transaction.atomic():
            found = session()
            raise ZeroDivisionError
    except ZeroDivisionError:
        assert connection.get_autocommit()
        assert not connection.in_atomic_block
        assert not connection.needs_rollback
        return found
    finally:
        connections.release()


def prepared() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


def test_a_connection_that_rests_is_the_next_threads_with_what_is_prepared_on_it():
    first = elsewhere(session)
    elsewhere(lambda: writers.all({"ids": [NOBODY]}))
    assert session() == first
    assert "writers" in prepared()
    assert writers.all({"ids": [NOBODY]}) == []


def test_a_thread_keeps_its_connection_within_a_transaction():
    with transaction.atomic():
        first = session()
        connections.release()
        assert session() == first
        assert elsewhere(session) != first


def test_a_statement_is_repeated_on_a_connection_that_did_not_rest():
    session()
    others = [elsewhere(session)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", others)
    assert elsewhere(lambda: writers.all({"ids": [NOBODY]})) == []
    assert elsewhere(session) not in others


def test_a_connection_that_met_an_error_does_not_rest():
    def fail() -> None:
        connections.release()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        elsewhere(fail)
    assert resting().take() is None


@pytest.mark.parametrize(("idle_seconds", "kept"), [(60.0, True), (0.0, False)])
def test_a_connection_that_nobody_needs_for_long_is_closed(idle_seconds, kept):
    connection.ensure_connection()
    raw: Any = connection.connection
    connection.connection = None
    rests = RestingConnections(idle_seconds)
    rests.put(raw)
    rests.trim()
    assert (rests.take() is raw) == kept
    assert bool(raw.closed) == (not kept)
    raw.close()


def test_a_connection_that_comes_to_rest_ends_those_that_nobody_needs():
    rests = RestingConnections(idle_seconds=0.05)
    unneeded, needed = rests.make(new_connection), rests.make(new_connection)
    rests.put(unneeded)
    time.sleep(0.1)
    rests.put(needed)
    assert unneeded.closed
    assert not needed.closed
    needed.close()


@pytest.mark.parametrize(("life_seconds", "kept"), [(30.0, True), (0.0, False)])
def test_a_connection_that_is_old_does_not_rest(life_seconds, kept):
    rests = RestingConnections(life_seconds=life_seconds)
    raw = rests.make(new_connection)
    rests.put(raw)
    assert bool(raw.closed) == (not kept)
    assert rests.take() == (raw if kept else None)
    raw.close()


def test_of_enough_connections_one_is_waited_for_but_not_for_long():
    rests = RestingConnections()
    made = [rests.make(new_connection) for _ in range(ENOUGH)]
    assert rests.take(patience=0.01) is None
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(rests.take, patience=30)
        rests.put(made[0])
        assert waiting.result() is made[0]
        waiting = pool.submit(rests.take, patience=30)
        made[1].close()
        rests.put(made[1])
        assert waiting.result() is None  # there are fewer now, so the next may be made
    for raw in made:
        raw.close()


def test_it_is_waited_for_longer_while_others_come_to_rest():
    rests = RestingConnections()
    ending, *made = [rests.make(new_connection) for _ in range(ENOUGH + 1)]
    with ThreadPoolExecutor(1) as pool:
        begun = time.monotonic()
        waiting = pool.submit(rests.take, patience=0.4)
        time.sleep(0.2)
        ending.close()
        rests.put(ending)
        assert waiting.result() is None
        assert time.monotonic() - begun > 0.55
    for raw in made:
        raw.close()


def test_it_is_not_waited_for_without_end(monkeypatch):
    monkeypatch.setattr("settings.postgres.resting.LONGEST_SECONDS", 0.1)
    rests = RestingConnections()
    made = [rests.make(new_connection) for _ in range(ENOUGH)]
    assert rests.take(patience=30) is None
    for raw in made:
        raw.close()


def test_of_those_who_wait_one_at_a_time_makes_another():
    rests = RestingConnections()
    made = [rests.make(new_connection) for _ in range(ENOUGH)]

    def waited() -> float:
        assert rests.take(patience=0.2) is None
        return time.monotonic()

    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(waited) for _ in range(3)]
        first, second, third = sorted(each.result() for each in waiting)
    assert second - first > 0.15
    assert third - second > 0.15
    for raw in made:
        raw.close()


def test_threads_in_turn_share_one_connection_and_each_begins_afresh():
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        for pool in (first, second) * 3:
            assert pool.submit(begin_and_fail).result() == session()
            connections.release()


def test_a_body_of_few_pieces_lets_nothing_rest_and_a_long_one_does():
    receiving = connections.WhileReceiving()
    first = session()
    receiving()
    assert elsewhere(session) != first
    for _ in range(5):
        receiving()
    assert connection.connection is None
