"""Objects that another interface describes by attributes in a domain of its own.

Each takes the names from ``first`` up to ``beyond``, exclusive.
"""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns


class NameRow(NamedTuple):
    """An object's name."""

    name: str


class CountRow(NamedTuple):
    """How many objects."""

    objects: int


class AttributedRow(NamedTuple):
    """A current object. domains: JSON."""

    name: str
    serial: int
    size: int
    domains: str | None


_RANGE = """
    v.container_id = %(container)s::bigint
    AND v.name >= %(first)s::text AND v.name < %(beyond)s::text
"""
_CURRENT = "v.valid_to = 'infinity'"

# direction: 1 is the oldest first by ``created``, -1 the newest; 0 leaves the order to the names.
# flag: NULL is any.
list_attributed = Statement(
    "list_attributed",
    NameRow,
    f"""
    SELECT {columns(NameRow, {"name": "v.name"})} FROM version v
     WHERE {_RANGE} AND {_CURRENT}
       AND (%(flag)s::text IS NULL
            OR v.domains -> %(domain)s::text -> 'flags' @> to_jsonb(%(flag)s))
     ORDER BY %(direction)s::integer * (v.domains -> %(domain)s ->> 'created')::bigint, v.name
    """,
)

count_names = Statement(
    "count_names",
    CountRow,
    f"""
    SELECT {columns(CountRow, {"objects": "count(*)"})} FROM version v
     WHERE {_RANGE} AND {_CURRENT}
    """,
)

# Names that were deleted and are not in use again (version_history, version_current).
list_deleted = Statement(
    "list_deleted",
    NameRow,
    f"""
    SELECT DISTINCT {columns(NameRow, {"name": "v.name"})} FROM version v
     WHERE {_RANGE} AND v.deleted AND NOT EXISTS (
           SELECT 1 FROM version
            WHERE container_id = v.container_id AND name = v.name AND valid_to = 'infinity')
     ORDER BY 1
    """,
)

_FOUND = {
    "name": "v.name",
    "serial": "v.serial",
    "size": "v.size",
    "domains": "v.domains::text",
}
find_attributed = Statement(
    "find_attributed",
    AttributedRow,
    f"""
    SELECT {columns(AttributedRow, _FOUND)} FROM version v
     WHERE v.container_id = %(container)s::bigint AND v.name = ANY(%(names)s::text[])
       AND {_CURRENT}
    """,
)
