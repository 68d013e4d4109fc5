"""What an archive holds: found at one moment, described and read piece by piece later.

A state is known by its serial and never changes, so an archive is of one moment, however long it
is read.
"""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.listings.list_objects import NOW, THEN
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns


class MemberSerials(NamedTuple):
    """All members in order of their names: serials of 8 bytes each, most significant first."""

    serials: memoryview


class MemberRow(NamedTuple):
    """An object in an archive. gone: it has expired, though it is yet to be tombstoned."""

    serial: int
    name: str
    size: int
    modified: datetime
    is_manifest: bool
    gone: bool


class DigestsRow(NamedTuple):
    """What a version consists of. digests: one after the other."""

    serial: int
    digests: memoryview


def _find(state: str) -> str:
    """Return SQL for what lies in one of the spans of names, as far as the caller may see it.

    Spans do not overlap; each is one index range. ``called``: as of ``Search``. Names have no
    control characters, so a name continued with U+0001 comes next after it.
    """
    return f"""
    WITH wanted AS (
        SELECT span.first COLLATE "C" AS first, span.beyond COLLATE "C" AS beyond
          FROM unnest(%(firsts)s::text[], %(beyonds)s::text[]) AS span (first, beyond)),
    visible AS (
        SELECT first, beyond FROM wanted WHERE %(called)s::text[] IS NULL
        UNION ALL
        SELECT greatest(wanted.first, each.first), least(wanted.beyond, each.beyond)
          FROM wanted JOIN object_grant g ON g.container_id = %(container)s::bigint
               AND (g.readers && %(called)s OR g.writers && %(called)s)
         CROSS JOIN LATERAL (VALUES
               (g.path, (g.path || U&'\\0001') COLLATE "C"),
               ((g.path || '/') COLLATE "C", (g.path || '0') COLLATE "C")) AS each (first, beyond)),
    member AS (
        SELECT DISTINCT ON (v.name) v.name, v.serial
          FROM visible CROSS JOIN LATERAL (
               SELECT name, serial FROM version v
                WHERE v.container_id = %(container)s AND {state}
                  AND v.name >= visible.first AND v.name < visible.beyond OFFSET 0) AS v
         ORDER BY v.name)
    SELECT coalesce(string_agg(int8send(serial), '' ORDER BY name), '') AS serials FROM member
    """


find_members = Statement("find_members", MemberSerials, _find(NOW), spares=["until"])
find_members_at = Statement("find_members_at", MemberSerials, _find(THEN))

_MEMBER = {
    "serial": "v.serial",
    "name": "v.name",
    "size": "v.size",
    "modified": "v.valid_from",
    "is_manifest": "v.manifest IS NOT NULL OR v.segmented_size IS NOT NULL",
    "gone": "coalesce(v.expires <= now(), false)",
}
# Some of them in the order of their serials as given (version_pkey).
describe_members = Statement(
    "describe_members",
    MemberRow,
    f"""
    SELECT {columns(MemberRow, _MEMBER)}
      FROM unnest(%(serials)s::bigint[]) WITH ORDINALITY AS each (serial, place)
     CROSS JOIN LATERAL (SELECT * FROM version WHERE serial = each.serial LIMIT 1) AS v
     ORDER BY each.place
    """,
)

# The digests of some, none of which has more than MANY_BLOCKS (version_pkey).
read_digests = Statement(
    "read_digests",
    DigestsRow,
    f"""
    SELECT {columns(DigestsRow, {"serial": "serial", "digests": "coalesce(hashmap, merkle)"})}
      FROM version WHERE serial = ANY(%(serials)s::bigint[])
    """,
)
