"""The database of a process that runs tests. It is migrated once in a run, for all workers."""

from typing import Any, Final

from django.db import connection
from django.test.utils import setup_databases

from settings.postgres.resting import resting

# Nobody uses it: Postgres copies no database that somebody is connected to.
_MIGRATED: Final = "test_migrated"


def make(run: str | None) -> str:
    """Make it, as Django's runner of tests does, and use it; return what was used before.

    Whoever comes first in a run migrates; the others wait and take a copy.
    run: what all workers call the run; None if there is no other process.
    """
    before: str = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [_MIGRATED])
        if run is not None and _migrated_by(cursor) == run:
            _take_copy(cursor)
        else:
            setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
            if run is not None:
                _leave_copy(cursor, run)
    return before


def destroy(before: str) -> None:
    """Drop it, and use again what was used before. A connection that rests would still be in it."""
    resting().close()
    connection.creation.destroy_test_db(before, verbosity=0)


def _migrated_by(cursor: Any) -> str | None:
    """Which run has left a copy."""
    described = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    cursor.execute(described, [_MIGRATED])
    run: str | None = next(iter(cursor.fetchone() or ()), None)
    return run


def _leave_copy(cursor: Any, run: str) -> None:
    """Let the others have what this process has migrated."""
    connection.close()
    _copy(cursor, connection.settings_dict["NAME"], _MIGRATED)
    cursor.execute(f"COMMENT ON DATABASE {_MIGRATED} IS %s", [run])


def _take_copy(cursor: Any) -> None:
    """Use a copy of what another worker has migrated."""
    name = connection.settings_dict["TEST"]["NAME"]
    _copy(cursor, _MIGRATED, name)
    connection.close()
    connection.settings_dict["NAME"] = name


def _copy(cursor: Any, source: str, target: str) -> None:
    """Make a database that is like another; the one that it replaces is of an earlier run."""
    cursor.execute(f'DROP DATABASE IF EXISTS "{target}"')
    cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
