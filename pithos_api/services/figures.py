"""What Postgres knows about the store as a whole, for monitoring: quick, however much it holds."""

from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

PATIENCE_SECONDS: Final = 2.0

# Pages of a table that are looked at where looking at all would take long: 32 MiB.
_SAMPLE_PAGES: Final = 4096

_CONTAINERS: Final = """
    SELECT count(*), coalesce(sum(object_count), 0)::bigint, coalesce(sum(byte_count), 0)::bigint
      FROM container"""

# More rows than that are too many, however many. The oldest is the first of the primary key.
_PENDING: Final = """
    SELECT (SELECT count(*) FROM (SELECT FROM usage_delta LIMIT 100000) AS page),
           coalesce(extract(epoch FROM clock_timestamp() - (
               SELECT at FROM usage_delta ORDER BY id LIMIT 1)), 0)::float8"""

_CONNECTIONS: Final = """
    SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity
     WHERE datname = current_database() GROUP BY 1"""

_LIMIT: Final = "SELECT setting::int FROM pg_settings WHERE name = 'max_connections'"

_SIZE: Final = "SELECT pg_relation_size('{table}') / current_setting('block_size')::int"

# Always the same pages: a figure that changes shows a change.
_SAMPLE: Final = """
    SELECT coalesce(sum(size), 0)::bigint FROM {table}
           TABLESAMPLE SYSTEM ({percent}) REPEATABLE (1)"""


@dataclass(frozen=True, slots=True)
class Figures:
    """The store as monitoring sees it.

    containers, objects, object_bytes: current ones, as far as usage is folded.
    version_bytes: of current and past states together; block_bytes: what they take once each
    block is kept once. Both are estimates of large stores, from a sample of pages.
    pending_changes: of usage, not yet folded, at most 100,000; pending_seconds: the oldest's age.
    connections: to this database, by what they do; connection_limit: of the whole server.
    """

    containers: int
    objects: int
    object_bytes: int
    version_bytes: int
    block_bytes: int
    pending_changes: int
    pending_seconds: float
    connections: dict[str, int]
    connection_limit: int


def read_figures() -> Figures:
    """Ask Postgres, on a connection that is closed again.

    Raises: django.db.Error: also when it takes longer than PATIENCE_SECONDS.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(f"SET LOCAL statement_timeout = {int(PATIENCE_SECONDS * 1000)}")
            containers, objects, object_bytes = _row(_CONTAINERS)
            pending, seconds = _row(_PENDING)
            cursor.execute(_CONNECTIONS)
            connections = dict(cursor.fetchall())
            return Figures(
                containers=containers,
                objects=objects,
                object_bytes=object_bytes,
                version_bytes=_sampled_bytes("version"),
                block_bytes=_sampled_bytes("block"),
                pending_changes=pending,
                pending_seconds=max(seconds, 0.0),
                connections=connections,
                connection_limit=_row(_LIMIT)[0],
            )
    finally:
        connection.close()


def _row(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return tuple(cursor.fetchone() or ())


def _sampled_bytes(table: str) -> int:
    """Return the sum of a table's sizes: exact of a small table, else from a sample."""
    (pages,) = _row(_SIZE.format(table=table))
    share = min(1.0, _SAMPLE_PAGES / max(pages, 1))
    (found,) = _row(_SAMPLE.format(table=table, percent=100 * share))
    return round(found / share)
