"""Whether this process can serve: all that it needs is asked, and given seconds to answer."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from typing import Final

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from observability.single_flight import SingleFlight
from pithos_api.errors import BlockStoreUnavailableError
from pithos_api.services.storage import block_store

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 2.0


class NotReadyError(Exception):
    """A part is not as it must be; the message says how, and holds no secret."""


def failures() -> dict[str, str]:
    """Return the parts that keep this process from serving, each with the reason.

    All parts are asked at once, for PATIENCE_SECONDS.
    """
    found = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    for part, running in {part: check.start() for part, check in _checks().items()}.items():
        reason = _reason(running, max(deadline - time.monotonic(), 0))
        if reason is not None:
            log.warning("not ready: %s: %s", part, reason)
            found[part] = reason
    return found


def _reason(running: Future[None], seconds: float) -> str | None:
    """Return why a check fails, None if it does not. What the driver says may hold addresses."""
    try:
        running.result(seconds)
    except NotReadyError as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {PATIENCE_SECONDS:g} seconds"
    except Exception as error:
        log.warning("%s", str(error).strip())
        return "cannot be reached" if isinstance(error, Error | OSError) else "fails"
    return None


def _in_database(ask: Callable[[], None]) -> Callable[[], None]:
    """Return ``ask`` on a connection of its own, which is closed again."""

    def act() -> None:
        try:
            ask()
        finally:
            connection.close()

    return act


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_is_in_recovery()")
        [found] = cursor.fetchone()
    if found:
        raise NotReadyError("takes no writes: it is a standby")


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def lacks_migrations() -> bool:
    """Return whether the database, which may be new, lacks a migration."""
    return not _known_migrations() <= MigrationRecorder(connection).applied_migrations().keys()


def _check_migrations() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        missing = _known_migrations() - set(cursor.fetchall())
    if missing:
        raise NotReadyError(f"not applied: {', '.join(sorted('.'.join(m) for m in missing))}")


def _check_block_store() -> None:
    try:
        found = next(block_store.current().scan(), None)
    except BlockStoreUnavailableError as error:
        raise NotReadyError("cannot be read") from error
    if found is None:
        with suppress(Error):  # which is another check's to tell
            _in_database(_check_emptiness)()


def _check_emptiness() -> None:
    """Notice that a volume is not mounted: the directory is there, the blocks are not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM (SELECT data FROM block LIMIT 1000) AS page"
            " WHERE data IS NULL)"
        )
        [found] = cursor.fetchone()
    if found:
        raise NotReadyError("is empty, though the database names blocks; is it mounted?")


@cache
def _checks() -> Mapping[str, SingleFlight[None]]:
    """Return this process's checks: one that hangs is not begun again."""
    return {
        "database": SingleFlight(_in_database(_check_database)),
        "migrations": SingleFlight(_in_database(_check_migrations)),
        "block store": SingleFlight(_check_block_store),
    }
