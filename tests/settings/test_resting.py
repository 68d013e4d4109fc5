"""Connections rest between the threads that need them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import OperationalError, connection, transaction
from pytest_django import DjangoDbBlocker

from pithos_api.models.statements.listings.list_objects import writers
from pithos_api.services import connections
from settings.postgres.resting import RestingConnections, resting

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


def test_a_body_of_few_pieces_lets_nothing_rest_and_a_long_one_does():
    receiving = connections.WhileReceiving()
    first = session()
    receiving()
    assert elsewhere(session) != first
    for _ in range(5):
        receiving()
    assert connection.connection is None
