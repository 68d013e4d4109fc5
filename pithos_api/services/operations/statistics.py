"""Statistics of the whole store for monitoring, asked of Postgres; quick at any size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

PATIENCE_SECONDS: Final = 2.0

# Pages of a table that are looked at where looking at all would take long: 32 MiB. Containers
# differ more than blocks do, so more of them: 512 MiB, some millions.
_SAMPLE_PAGES: Final = 4096
_CONTAINER_PAGES: Final = 65_536

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
_SAMPLE: Final = "SELECT {sums} FROM {table} TABLESAMPLE SYSTEM ({percent}) REPEATABLE (1)"

_CONTAINER_SUMS: Final = ("count(*)", "sum(object_count)", "sum(byte_count)")
_VERSION_SUMS: Final = ("sum(size)",)
_BLOCK_SUMS: Final = ("sum(size)", "sum(size) FILTER (WHERE unused_since IS NOT NULL)")

# Index: damaged_blocks.
_DAMAGED: Final = """
    SELECT count(*) FROM (
        SELECT FROM block WHERE damaged IS NOT NULL LIMIT 100000) AS page"""

_COLLECTED: Final = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - max(moved)), 0)::float8
      FROM collection"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The store as monitoring sees it.

    containers, objects, object_bytes: current ones, as far as usage is folded.
    version_bytes: of current and old versions together; block_bytes: of all blocks, each counted
    once; garbage_bytes: of blocks that no version names. All these are estimates
    of large stores, from a sample of pages.
    damaged_blocks: marked so, at most 100,000. collected_seconds: since garbage collection last
    did something.
    pending_changes: of usage, not yet folded, at most 100,000; pending_seconds: the oldest's age.
    connections: to this database, by what they do; connection_limit: of the whole server.
    """

    containers: int
    objects: int
    object_bytes: int
    version_bytes: int
    block_bytes: int
    garbage_bytes: int
    damaged_blocks: int
    collected_seconds: float
    pending_changes: int
    pending_seconds: float
    connections: dict[str, int]
    connection_limit: int


def read_statistics() -> Statistics:
    """Ask Postgres, on a connection that is closed again.

    Raises: django.db.Error: also when it takes longer than PATIENCE_SECONDS.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(f"SET LOCAL statement_timeout = {int(PATIENCE_SECONDS * 1000)}")
            containers = _sampled("container", _CONTAINER_SUMS, _CONTAINER_PAGES)
            blocks = _sampled("block", _BLOCK_SUMS, _SAMPLE_PAGES)
            pending, seconds = _row(_PENDING)
            cursor.execute(_CONNECTIONS)
            connections = dict(cursor.fetchall())
            return Statistics(
                containers=containers[0],
                objects=containers[1],
                object_bytes=containers[2],
                version_bytes=_sampled("version", _VERSION_SUMS, _SAMPLE_PAGES)[0],
                block_bytes=blocks[0],
                garbage_bytes=blocks[1],
                damaged_blocks=_row(_DAMAGED)[0],
                collected_seconds=max(_row(_COLLECTED)[0], 0.0),
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


def _sampled(table: str, sums: Sequence[str], most_pages: int) -> list[int]:
    """Return sums over a table: exact for a small one, else estimated from some of its pages."""
    (pages,) = _row(_SIZE.format(table=table))
    share = min(1.0, most_pages / max(pages, 1))
    wanted = ", ".join(f"coalesce({each}, 0)::bigint" for each in sums)
    found = _row(_SAMPLE.format(sums=wanted, table=table, percent=100 * share))
    return [round(each / share) for each in found]
