"""DELETE of an object: the current version is closed and a tombstone says who did it, when."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import (
    BY_OWNER,
    OBJECT_RIGHT,
    ON_OBJECT,
    OWNER_ACCESS,
    OWNER_SPARES,
    access_by,
)
from pithos_api.models.statements.objects.new_versions import sent_expiry, tombstone
from pithos_api.models.statements.objects.publish import (
    FOUND,
    LOCK_NAME,
    NEXT_SERIAL,
    SUPERSEDE,
    SUPERSEDED,
    changed_keys,
    names_found,
)
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns, same_columns
from pithos_api.values import Access


class Buried(NamedTuple):
    """What became of a deletion. serial: the tombstone's, None where nothing was deleted."""

    access: Access
    serial: int | None


class JudgedBurial(NamedTuple):
    """The same with what it was judged by; None where nothing was found to judge."""

    access: Access
    matched: bool | None
    unmatched: bool | None
    unmodified: bool | None
    on_time: bool | None
    fresh: bool | None
    serial: int | None


class BuriedVersion(NamedTuple):
    """The tombstone that was made."""

    serial: int


# A tombstone begins and ends in the same moment: it is the newest row of its name in
# version_history and the state of no time, so listings and look-ups never meet it. It takes
# the object's own grant and publication along: who re-creates the name shares nothing.
_AS_FOUND = f"SELECT *, serial IS NOT NULL AS holds FROM ({FOUND}) AS found"


def then_tombstoned(
    *,
    moved: bool = False,
    name: str = "%(name)s",
    closed: str = f"{SUPERSEDED} = 1",
    serial: str = NEXT_SERIAL,
) -> str:
    """Return SQL that ends what ``state`` holds.

    name, serial: SQL, of the tombstone; closed: SQL for whether it was current.
    """
    ended = tombstone(
        "state",
        serial=serial,
        container="state.id",
        name=name,
        actor="actor",
        now="now",
        moved=str(moved),
    )
    return f"""
    {SUPERSEDE},
    tombstoned AS (
        {ended}
          FROM state WHERE holds AND {closed}
        RETURNING serial, container_id, name),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT id, -1, -size, {changed_keys("'{}'::jsonb")}, now FROM state WHERE holds)
"""


_TOMBSTONED = f"state AS MATERIALIZED ({_AS_FOUND}), {then_tombstoned()}"
_UNSHARED = """
    ungranted AS (
        DELETE FROM object_grant USING state
         WHERE state.has_grants AND state.holds
           AND container_id = state.id AND path = %(name)s),
    unpublished AS (
        DELETE FROM publication USING state
         WHERE state.has_publications AND state.holds
           AND container_id = state.id AND name = %(name)s)
"""

# What the caller has all of the ``least`` rights to.
_MAY_DELETE = f"""
    access AS (SELECT {columns(Access, access_by(OBJECT_RIGHT))} FROM {ON_OBJECT}),
    target AS (
        SELECT c.id, c.modified, c.has_grants, c.has_publications, access.actor
          FROM access JOIN container c ON c.id = access.container
         WHERE access.right & %(least)s::int = %(least)s AND NOT access.suspended)
"""

_BURIED_BY: Expressions = {"access": same_columns(Access, "access"), "serial": "tombstoned.serial"}
delete_object = Statement(
    "delete_object",
    Buried,
    f"""
    WITH {_MAY_DELETE},
    {_TOMBSTONED},
    {_UNSHARED}
    SELECT {columns(Buried, _BURIED_BY)} FROM access LEFT JOIN tombstoned ON true
    """,
    before=LOCK_NAME,
    writes=True,
)


# The conditions of a deletion, judged under the lock.
_JUDGED = f"""
    SELECT *, serial IS NOT NULL AND matched AND unmatched AND unmodified AND on_time AND fresh
              AS holds
      FROM (
        SELECT found.*,
               %(if_match)s::bytea[] IS NULL OR {names_found("if_match")} AS matched,
               NOT {names_found("if_none_match")} AS unmatched,
               %(unmodified_since)s::bigint IS NULL OR found.serial IS NULL
               OR shown.valid_from < to_timestamp(%(unmodified_since)s)
               OR shown.valid_from < to_timestamp(%(unmodified_since)s + 1)
                  AND NOT shown.shares_second AS unmodified,
               %(delete_at)s::bigint IS NULL
               OR coalesce({sent_expiry("shown")} = %(delete_at)s, false) AS on_time,
               %(serial)s::bigint IS NULL
               OR coalesce(found.serial = %(serial)s, false) AS fresh
          FROM ({FOUND}) AS found LEFT JOIN version shown ON shown.serial = found.serial
        OFFSET 0) AS judged"""

_JUDGED_BY: Expressions = {
    **_BURIED_BY,
    "matched": "state.matched",
    "unmatched": "state.unmatched",
    "unmodified": "state.unmodified",
    "on_time": "state.on_time",
    "fresh": "state.fresh",
}
delete_object_if = Statement(
    "delete_object_if",
    JudgedBurial,
    f"""
    WITH {_MAY_DELETE},
    state AS MATERIALIZED ({_JUDGED}),
    {then_tombstoned()},
    {_UNSHARED}
    SELECT {columns(JudgedBurial, _JUDGED_BY)}
      FROM access LEFT JOIN state ON true LEFT JOIN tombstoned ON true
    """,
    before=LOCK_NAME,
    writes=True,
)

# The short way, as in access.py: nothing there was ever shared, so no sharing ends either.
_OWN_BURIED_BY: Expressions = {
    "access": same_columns(Access, "state"),
    "serial": "tombstoned.serial",
}
delete_own_object = Statement(
    "delete_own_object",
    Buried,
    f"""
    WITH target AS (
        SELECT {columns(Access, OWNER_ACCESS)}, c.id, c.modified FROM {BY_OWNER}),
    {_TOMBSTONED}
    SELECT {columns(Buried, _OWN_BURIED_BY)}
      FROM state LEFT JOIN tombstoned ON true
    """,
    before=LOCK_NAME,
    writes=True,
    spares=(*OWNER_SPARES, "least"),
)

# The same for a caller whose right was checked before: the source of a move.
tombstone_object = Statement(
    "tombstone_object",
    BuriedVersion,
    f"""
    WITH target AS (
        SELECT id, modified, has_grants, has_publications,
               %(actor)s::bigint AS actor
          FROM container WHERE id = %(container)s::bigint),
    state AS MATERIALIZED ({_AS_FOUND}),
    {then_tombstoned(moved=True)},
    {_UNSHARED}
    SELECT serial FROM tombstoned
    """,
    writes=True,
)
