"""``manage.py migrate`` and the migration of a start, made for a database that is at work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connection, connections
from django.db.migrations.loader import MigrationLoader

LOCK_TIMEOUT_SECONDS = 3
_ATTEMPTS = 10
_PAUSE_SECONDS = 2
_LOCK_NOT_AVAILABLE = "55P03"


class Command(migrate.Command):
    """Django's, one at a time, and never a wall for others.

    Whoever waits for an exclusive lock holds up all who come after, if only one long reader is
    before it. So a migration waits for LOCK_TIMEOUT_SECONDS, gives up, lets the others through
    and begins again: each is a transaction of its own, so nothing of it is left.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        with _alone(options["database"]):
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    super().handle(*args, **options)
                except OperationalError as error:
                    if getattr(error.__cause__, "pgcode", None) != _LOCK_NOT_AVAILABLE:
                        raise
                    if attempt == _ATTEMPTS:
                        raise CommandError(f"a table stays locked: {error}".strip()) from error
                    time.sleep(_PAUSE_SECONDS)
                else:
                    return


def is_needed() -> bool:
    """Return whether the database lacks a migration. To migrate for nothing takes far longer."""
    loader = MigrationLoader(connection)
    return not loader.disk_migrations.keys() <= loader.applied_migrations.keys()


@contextmanager
def _alone(alias: str) -> Iterator[None]:
    """Be the only one that migrates this database, with bounded patience for its tables."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(5, 0)")
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")
            cursor.execute("SELECT pg_advisory_unlock(5, 0)")
