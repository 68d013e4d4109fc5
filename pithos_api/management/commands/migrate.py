"""``manage.py migrate`` and the migration of a start, made for a database that is at work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

_ATTEMPTS = 40
_PAUSE_SECONDS = 1
_YIELDED = {"55P03", "40P01"}  # a lock came too late, or would never have come

# Whoever waits in a circle of locks is refused after deadlock_timeout: not others, if a migration
# has given up before.
_BOUND_PATIENCE = """
    SELECT set_config('lock_timeout', greatest(setting::int / 2, 1)::text, false)
      FROM pg_settings WHERE name = 'deadlock_timeout'
"""


class Command(migrate.Command):
    """Django's, one at a time, and never a wall for others.

    Whoever waits for an exclusive lock holds up all who come after, if only one long reader is
    before it. And who holds a lock may wait for one that the migration holds. So a migration waits
    for half a second (half of Postgres's ``deadlock_timeout``), gives up, lets the others through
    and begins again: each is a transaction of its own, so nothing of it is left.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        with _alone(options["database"]):
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    super().handle(*args, **options)
                except OperationalError as error:
                    if getattr(error.__cause__, "pgcode", None) not in _YIELDED:
                        raise
                    if attempt == _ATTEMPTS:
                        raise CommandError(f"a table stays locked: {error}".strip()) from error
                    time.sleep(_PAUSE_SECONDS)
                else:
                    return


@contextmanager
def _alone(alias: str) -> Iterator[None]:
    """Be the only one that migrates this database, with bounded patience for its tables."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(5, 0)")
        cursor.execute(_BOUND_PATIENCE)
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")
            cursor.execute("SELECT pg_advisory_unlock(5, 0)")
