"""The database's rows, out to files in one snapshot and back in one transaction."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph, Node
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import Guess, SigningKey
from audit.models import Event
from pithos_api.errors import BackupUnusableError, StoreNotEmptyError
from pithos_api.services.operations.backups.archive import (
    HashedFile,
    Manifest,
    TableFile,
    block_list,
    compressed,
)

# Its rows say how far the tables have come; migrating says it again.
_MIGRATIONS: Final = "django_migrations"

# What lets people in, or keeps them out, for hours: whoever has a backup of it could come in as
# they. A restored store begins without, and signs anew. Backups made before have these tables.
_LEFT_OUT: Final = {model._meta.db_table for model in (SigningKey, Session, Guess)}

# Django, which has not made it, does not count it among the tables.
_LOG: Final = Event._meta.db_table

_COLUMNS: Final = """
    SELECT attname FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     ORDER BY attnum"""
_SEQUENCES: Final = """
    SELECT sequencename, last_value FROM pg_sequences
     WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY sequencename"""
_BLOCKS: Final = """
    SELECT encode(digest, 'hex') || ' ' || size FROM block WHERE data IS NULL ORDER BY digest"""


def begin_snapshot() -> None:
    """Make the transaction, whose first statement this is, see one state of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def table_names() -> list[str]:
    """Return the tables that hold the store: all that the models have, if they are there."""
    names = connection.introspection.django_table_names(only_existing=True)
    return sorted(set(names) - {_MIGRATIONS})


def copy_out(place: Path) -> Iterator[TableFile]:
    """Write every table but ``_LEFT_OUT``, and the audit log, to its file in ``place``."""
    for table in (*sorted(set(table_names()) - _LEFT_OUT), _LOG):
        with connection.cursor() as cursor:
            cursor.execute(_COLUMNS, [_quoted(table)])
            columns = tuple(name for (name,) in cursor.fetchall())
        file = HashedFile(place / f"{table}.gz")
        rows = _copy_to(file, f"COPY {_quoted(table)} ({_list(columns)}) TO STDOUT")
        yield TableFile(table, columns, rows, file.close())


def copy_block_list(place: Path) -> tuple[int, int, str]:
    """Write which blocks the rows expect in the store: how many, their bytes, the file's digest."""
    file = block_list(place)
    count = _copy_to(file, f"COPY ({_BLOCKS}) TO STDOUT")
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(size), 0) FROM block WHERE data IS NULL")
        [size] = cursor.fetchone()
    return count, int(size), file.close()


def sequences() -> tuple[tuple[str, int], ...]:
    """Return each sequence with its last value: no serial number is ever given twice.

    Read after the tables, for sequences know no snapshot and may only be further.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES)
        return tuple(cursor.fetchall())


def applied_migrations() -> tuple[tuple[str, str], ...]:
    """Return (app, name) of the migrations that this database has had."""
    return tuple(sorted(MigrationRecorder(connection).applied_migrations()))


def require_known_migrations(state: Path, manifest: Manifest) -> None:
    """Make sure that this code can make the tables as they were.

    Raises: BackupUnusableError: the backup is of a newer version.
    """
    known = MigrationExecutor(connection).loader.disk_migrations
    for app, name in manifest.migrations:
        if (app, name) not in known:
            raise BackupUnusableError(
                state, f"it needs the migration {app}.{name}, which this version has not"
            )


def require_empty() -> None:
    """Make sure that nothing would be replaced.

    Raises: StoreNotEmptyError: there are users.
    """
    if "accounts_user" in table_names():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_user")
            [users] = cursor.fetchone()
        if users:
            raise StoreNotEmptyError(users)


def migrate_to(manifest: Manifest) -> None:
    """Make the tables what they were when the backup was made, from nothing or as they are."""
    executor = MigrationExecutor(connection)
    graph, applied = executor.loader.graph, set(manifest.migrations)
    last = [
        key
        for key in manifest.migrations
        if key in graph.nodes
        and not any(
            child.key in applied and child.key[0] == key[0] for child in _children(graph, key)
        )
    ]
    executor.migrate(last)


def _children(graph: MigrationGraph, key: tuple[str, str]) -> set[Node]:
    return graph.node_map[key].children


def copy_in(state: Path, manifest: Manifest) -> None:
    """Replace all rows by those of the backup. Within the caller's transaction.

    The audit log only grows: events that are there stay, and those of the backup are added.
    Sessions and the key that signs them go, also those that an old backup holds.

    Raises: BackupUnusableError: a table takes not as many rows as the manifest tells.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {_list(table_names())} RESTART IDENTITY CASCADE")
        for name, value in manifest.sequences:
            # Never back: a table that is not replaced, as the audit log, may be further by now.
            sequence = _quoted(name)
            statement = f"SELECT setval(%s, greatest(%s, last_value)) FROM {sequence}"  # noqa: S608
            cursor.execute(statement, [sequence, value])
        for table in manifest.tables:
            if table.table == _LOG:
                _add_events(cursor, state, table)
            elif table.table not in _LEFT_OUT:
                _fill(cursor, state, table, table.table)


def _add_events(cursor: CursorWrapper, state: Path, log: TableFile) -> None:
    """Add the events that are not there; one whose number another event has gets a new one."""
    cursor.execute(
        f"CREATE TEMPORARY TABLE arriving (LIKE {_LOG} INCLUDING DEFAULTS) ON COMMIT DROP"
    )
    _fill(cursor, state, log, "arriving")
    columns, told = _list(log.columns), _list(name for name in log.columns if name != "id")
    new = f"FROM arriving WHERE ({told}) NOT IN (SELECT {told} FROM {_LOG}) ORDER BY id"  # noqa: S608
    cursor.execute(
        f"INSERT INTO {_LOG} ({columns}) SELECT {columns} {new} ON CONFLICT (id) DO NOTHING"
    )
    cursor.execute(f"INSERT INTO {_LOG} ({told}) SELECT {told} {new}")


def _fill(cursor: CursorWrapper, state: Path, file: TableFile, table: str) -> None:
    with gzip.open(state / file.file, "rb") as rows:
        cursor.copy_expert(f"COPY {_quoted(table)} ({_list(file.columns)}) FROM STDIN", rows)
    if cursor.rowcount != file.rows:
        raise BackupUnusableError(
            state / file.file, f"it has {cursor.rowcount} rows, not {file.rows}"
        )


def mark_missing(manifest: Manifest) -> None:
    """Mark the blocks that were lost before the backup, so that their owners are asked for them."""
    digests = [bytes.fromhex(name) for name in manifest.missing]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE block SET damaged = now() WHERE digest = ANY(%s) AND damaged IS NULL", [digests]
        )


def other_connections() -> int:
    """Return how many others are connected to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        [count] = cursor.fetchone()
        return int(count)


def _copy_to(file: HashedFile, statement: str) -> int:
    """Run a COPY into the file, compressed; return the number of rows."""
    with connection.cursor() as cursor, compressed(file) as packed, connection.wrap_database_errors:
        cursor.copy_expert(statement, packed)
        return int(cursor.rowcount)


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
