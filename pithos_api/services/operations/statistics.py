"""Statistics of the whole store for monitoring, asked of Postgres; quick at any size."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection, transaction

from pithos_api.services.upkeep.checksums.making import waiting

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

_CONTAINER_SUMS: Final = {
    "containers": "count(*)",
    "objects": "sum(object_count)",
    "object_bytes": "sum(byte_count)",
}
_VERSION_SUMS: Final = {"version_bytes": "sum(size)"}
_BLOCK_SUMS: Final = {
    "block_bytes": "sum(size)",
    "garbage_bytes": "sum(size) FILTER (WHERE unused_since IS NOT NULL)",
}

# Index: damaged_blocks.
_DAMAGED: Final = """
    SELECT count(*) FROM (
        SELECT FROM block WHERE damaged IS NOT NULL LIMIT 100000) AS page"""

_COLLECTED: Final = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - max(moved)), 0)::float8
      FROM collection"""


class _Pending(NamedTuple):
    """What ``_PENDING`` finds."""

    changes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """The store as monitoring sees it.

    containers, objects, object_bytes: current ones, as far as usage is folded.
    version_bytes: of current and old versions together; block_bytes: of all blocks, each counted
    once; garbage_bytes: of blocks that no version names. All these are estimates
    of large stores, from a sample of pages.
    damaged_blocks: marked so, at most 100,000. late_md5s, late_md5_bytes: versions whose MD5 is yet
    to be made, at most 100,000. collected_seconds: since garbage collection last
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
    late_md5s: int
    late_md5_bytes: int
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
            sums = {
                **_sampled("container", _CONTAINER_SUMS, _CONTAINER_PAGES),
                **_sampled("version", _VERSION_SUMS, _SAMPLE_PAGES),
                **_sampled("block", _BLOCK_SUMS, _SAMPLE_PAGES),
            }
            pending = _Pending._make(_row(_PENDING))
            late = waiting()
            cursor.execute(_CONNECTIONS)
            connections = dict(cursor.fetchall())
            return Statistics(
                **sums,
                damaged_blocks=_number(_DAMAGED),
                late_md5s=late.versions,
                late_md5_bytes=late.size,
                collected_seconds=max(_number(_COLLECTED), 0.0),
                pending_changes=pending.changes,
                pending_seconds=max(pending.seconds, 0.0),
                connections=connections,
                connection_limit=_number(_LIMIT),
            )
    finally:
        connection.close()


def _row(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return tuple(cursor.fetchone() or ())


def _number(statement: str) -> int:
    [found] = _row(statement)
    return found


def _sampled(table: str, sums: Mapping[str, str], most_pages: int) -> dict[str, int]:
    """Return sums over a table: exact for a small one, else estimated from some of its pages."""
    pages = _number(_SIZE.format(table=table))
    share = min(1.0, most_pages / max(pages, 1))
    wanted = ", ".join(f"coalesce({each}, 0)::bigint" for each in sums.values())
    found = _row(_SAMPLE.format(sums=wanted, table=table, percent=100 * share))
    return {name: round(each / share) for name, each in zip(sums, found, strict=True)}
