"""How many connections of the database the HTTP server may use, so that commands find some, too."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing the backends while the settings load would be a circle
    from django.db.backends.base.base import BaseDatabaseWrapper

FOR_COMMANDS = 20  # psql, fsck, backups and all else that is not the HTTP server
OF_POSTGRES = 3  # superuser_reserved_connections
# Of each worker, beside its threads: usage, scrubbing, garbage, MD5s, history, and of batches two
# for reads, two for uploads, two for deletions.
FOR_UPKEEP = 11
GROWTH = 8  # times PITHOS_THREADS, while all of them are held up (server/workers/pool.py)

log = logging.getLogger(__name__)


def wanted(workers: int, threads: int) -> int:
    """Return what ``max_connections`` has to be for all threads that there may ever be."""
    return workers * (threads * GROWTH + FOR_UPKEEP) + FOR_COMMANDS + OF_POSTGRES


def most_threads(connection: "BaseDatabaseWrapper", workers: int, threads: int) -> int:
    """Return how many threads each worker may grow to, so that commands find their connections.

    No fewer than ``threads``; if even these are too many, say so in the log.
    """
    allowed = _allowed(connection)
    for_threads = (allowed - FOR_COMMANDS) // workers - FOR_UPKEEP
    if for_threads < threads:
        log.warning(
            "the database takes %d connections: with %d workers of %d threads it should take %d,"
            " or some requests are answered 503",
            *(allowed, workers, threads, workers * (threads + FOR_UPKEEP) + FOR_COMMANDS),
        )
    return max(threads, min(for_threads, threads * GROWTH))


def _allowed(connection: "BaseDatabaseWrapper") -> int:
    """Return how many connections our role may have in our database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(current_setting('max_connections')::int"
            " - current_setting('superuser_reserved_connections')::int"
            " - coalesce(current_setting('reserved_connections', true), '0')::int,"
            " (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),"
            " (SELECT nullif(datconnlimit, -1) FROM pg_database"
            " WHERE datname = current_database()))"
        )
        [allowed] = cursor.fetchone()
    return int(allowed)
