"""A migration is no wall: it waits for a lock only so long, and one runs at a time."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate as migrations
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from pithos_api.management.commands import migrate
from pithos_api.services.operations import health
from tests.reliability.store import wait_for
from tests.waiting import who_waits

TABLE = "LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE"
MIGRATING = "SELECT pg_advisory_lock(5, 0)"
LOCKS = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
     WHERE locktype = 'advisory' AND classid = 5 AND datname = current_database()
"""


@pytest.fixture(autouse=True)
def hasty(django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(migrate, "_PAUSE_SECONDS", 0.1)
    with django_db_blocker.unblock():
        yield
        connection.close()


@contextmanager
def held(statement: str) -> Iterator[threading.Event]:
    """A lock of another session, which gives it up when the event is set."""
    session = psycopg2.connect(**connection.get_connection_params())
    session.cursor().execute(statement)
    release = threading.Event()
    thread = threading.Thread(target=lambda: (release.wait(30), session.close()))
    thread.start()
    try:
        yield release
    finally:
        release.set()
        thread.join()


def run() -> float:
    """Seconds that ``manage.py migrate`` takes."""
    begun = time.monotonic()
    call_command("migrate", verbosity=0)
    return time.monotonic() - begun


def test_a_table_that_stays_locked_is_given_up(monkeypatch):
    monkeypatch.setattr(migrate, "_ATTEMPTS", 2)
    with held(TABLE), pytest.raises(CommandError, match="stays locked"):
        run()
    assert run() < 30


@pytest.mark.parametrize("statement", [TABLE, MIGRATING])
def test_what_is_locked_for_a_while_is_waited_for(statement):
    with held(statement) as release:
        threading.Timer(1, release.set).start()
        assert run() >= 0.9


def test_a_writer_who_waits_for_it_and_is_waited_for_goes_on(monkeypatch):
    begun = threading.Event()

    def of_two_tables(*_: object, **__: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE account IN ACCESS EXCLUSIVE MODE")
            if not begun.is_set():
                begun.set()
                wait_for(lambda: waiting() == 1)
            cursor.execute("LOCK TABLE container IN ACCESS EXCLUSIVE MODE")

    monkeypatch.setattr(migrations.Command, "handle", of_two_tables)
    with (
        closing(psycopg2.connect(**connection.get_connection_params())) as writer,
        ThreadPoolExecutor(1) as pool,
    ):
        cursor = writer.cursor()
        cursor.execute("LOCK TABLE container IN ROW EXCLUSIVE MODE")
        migrating = pool.submit(migrate_in_thread)
        assert begun.wait(10)
        cursor.execute("LOCK TABLE account IN ROW EXCLUSIVE MODE")
        writer.commit()
        migrating.result()


def migrate_in_thread() -> None:
    try:
        run()
    finally:
        connection.close()


def waiting() -> int:
    """How many wait for a table."""
    with connection.cursor() as cursor:
        cursor.execute(who_waits("relation"))
        return int(cursor.fetchone()[0])


def test_the_session_is_as_before_afterwards():
    run()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
        cursor.execute(LOCKS)
        assert cursor.fetchone() == (0,)


def test_a_start_migrates_only_if_something_is_missing():
    assert not health.lacks_migrations()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0005_signing_key'")
        assert health.lacks_migrations()
        transaction.set_rollback(True)
