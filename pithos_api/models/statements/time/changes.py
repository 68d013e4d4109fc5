"""What of a container differs between two moments, by names in their order.

Of each name with a state or tombstone that began between them, or that ended where versions were
deleted one by one, two probes of version_history find the newest row before each moment. Where a
name has got another UUID, version_moved tells where that was before, or where the old one is now.
"""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.listings.list_objects import IN_ORDER
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted, columns
from pithos_api.models.statements.time.states import newest_before, same_content, same_details


class ChangeRow(NamedTuple):
    """An object that differs. change: added, changed, metadata, moved or removed.

    container_before, name_before: where it was, if it was moved. etag, etag_before: hex.
    modified, writer: when it became what it is, or was removed, and by whom (row id).
    """

    change: str
    name: str
    container_before: str | None
    name_before: str | None
    uuid: str
    size: int | None
    size_before: int | None
    etag: str | None
    etag_before: str | None
    serial: int | None
    serial_before: int | None
    modified: datetime
    writer: int


_SINCE = "to_timestamp(%(since)s::float8)"
_UNTIL = "coalesce(to_timestamp(%(until)s::float8), 'infinity')"

# How many states and tombstones there are between, as far as ``most`` (version_times). Where
# versions were deleted one by one, states ended of which no next one tells: there it is ``most``.
count_begun = Statement(
    "count_begun",
    Counted,
    f"""
    SELECT CASE WHEN (SELECT gaps FROM container WHERE id = %(container)s::bigint)
                THEN %(most)s::int ELSE count(*) END AS rows
      FROM (
        SELECT FROM version
         WHERE container_id = %(container)s::bigint
           AND valid_from >= {_SINCE} AND valid_from < {_UNTIL}
         LIMIT %(most)s::int) AS begun
    """,
    before=IN_ORDER,
)

_WAS = f"(past.serial IS NOT NULL AND past.valid_to >= {_SINCE})"
_IS = f"(here.valid_to >= {_UNTIL})"
_ANOTHER = f"NOT ({_IS} AND {_WAS} AND past.uuid = here.uuid)"

# Where the UUID was at the first moment, if not here: in this account, at one end of a move.
_ORIGIN = f"""
    SELECT k.name AS container, old.* FROM version m
      JOIN container k ON k.id = m.container_id AND k.account_id = %(owner)s::bigint
     CROSS JOIN LATERAL ({newest_before("m.container_id", "m.name", _SINCE)}) AS old
     WHERE {_IS} AND {_ANOTHER} AND m.uuid = here.uuid AND m.moved
       AND (m.container_id <> %(container)s OR m.name <> candidate.name)
       AND old.uuid = here.uuid AND old.valid_to >= {_SINCE}
     LIMIT 1"""

# Whether the UUID that was here is at the second moment at a name which is asked about, too.
_ELSEWHERE = f"""
    SELECT true AS found FROM version m
     CROSS JOIN LATERAL ({newest_before("%(container)s", "m.name", _UNTIL)}) AS new
     WHERE {_WAS} AND {_ANOTHER} AND m.uuid = past.uuid AND m.moved
       AND m.container_id = %(container)s AND m.name <> candidate.name
       AND m.name >= %(first)s AND m.name < %(beyond)s
       AND new.uuid = past.uuid AND new.valid_to >= {_UNTIL}
     LIMIT 1"""

_KIND = f"""
    CASE WHEN origin.serial IS NOT NULL THEN 'moved'
         WHEN NOT {_IS} THEN CASE WHEN {_WAS} AND elsewhere.found IS NULL THEN 'removed' END
         WHEN NOT {_WAS} OR elsewhere.found THEN 'added'
         WHEN past.uuid <> here.uuid OR NOT ({same_content("past", "here")}) THEN 'changed'
         WHEN NOT ({same_details("past", "here")}) THEN 'metadata' END"""


def _before(column: str) -> str:
    """Return SQL for what the object had at the first moment, wherever it was."""
    here = f"CASE WHEN {_WAS} AND elsewhere.found IS NULL THEN past.{column} END"
    return f"CASE WHEN origin.serial IS NULL THEN {here} ELSE origin.{column} END"


def _now(column: str) -> str:
    return f"CASE WHEN {_IS} THEN here.{column} END"


_CHANGE = {
    "change": "kind.change",
    "name": "candidate.name",
    "container_before": "origin.container",
    "name_before": "origin.name",
    "uuid": f"CASE WHEN {_IS} THEN here.uuid ELSE past.uuid END::text",
    "size": _now("size"),
    "size_before": _before("size"),
    "etag": f"encode({_now('etag')}, 'hex')",
    "etag_before": f"encode({_before('etag')}, 'hex')",
    "serial": _now("serial"),
    "serial_before": _before("serial"),
    "modified": f"CASE WHEN {_IS} THEN here.valid_from ELSE here.valid_to END",
    "writer": "here.modified_by_id",
}


_BEGUN = f"""
    SELECT name FROM version
     WHERE container_id = %(container)s::bigint
       AND valid_from >= {_SINCE} AND valid_from < {_UNTIL}"""
_TOUCHED = f"""
    SELECT name FROM version
     WHERE container_id = %(container)s::bigint
       AND (valid_from >= {_SINCE} AND valid_from < {_UNTIL}
            OR valid_to >= {_SINCE} AND valid_to < {_UNTIL})"""


def _changes(touched: str) -> str:
    """Return the statement. touched: SQL for the names of what began or ended in between.

    They are looked at in order until the page is full.
    """
    return f"""
    SELECT {columns(ChangeRow, _CHANGE)}
      FROM (SELECT DISTINCT name FROM ({touched}) AS touched
             WHERE name > %(marker)s::text AND name >= %(first)s::text AND name < %(beyond)s::text
             ORDER BY name) AS candidate
      LEFT JOIN LATERAL ({newest_before("%(container)s", "candidate.name", _SINCE)}) AS past ON true
     CROSS JOIN LATERAL ({newest_before("%(container)s", "candidate.name", _UNTIL)}) AS here
      LEFT JOIN LATERAL ({_ORIGIN}) AS origin ON true
      LEFT JOIN LATERAL ({_ELSEWHERE}) AS elsewhere ON true
     CROSS JOIN LATERAL (SELECT {_KIND} AS change) AS kind
     WHERE kind.change IS NOT NULL
     ORDER BY candidate.name LIMIT %(limit)s::int
    """


# Few are found by their time, and sorted (version_times); among many names are walked through.
list_few_changes = Statement(
    "list_few_changes",
    ChangeRow,
    _changes(f"{_BEGUN} ORDER BY valid_from LIMIT %(most)s::int"),
    before=IN_ORDER,
)
list_many_changes = Statement(
    "list_many_changes",
    ChangeRow,
    _changes(_TOUCHED),
    spares=["most"],
    before=IN_ORDER + "SET LOCAL enable_sort = off; SET LOCAL enable_hashagg = off; ",
)
