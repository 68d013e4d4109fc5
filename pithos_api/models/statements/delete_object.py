"""DELETE of an object: the current version is closed and a tombstone says who did it, when."""

from pithos_api.models.statements.access import (
    BY_OWNER,
    OBJECT_RIGHT,
    ON_OBJECT,
    OWNER_COLUMNS,
    columns,
)
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.publish import (
    FOUND,
    LOCK_NAME,
    SUPERSEDE,
    SUPERSEDED,
    changed_keys,
    names_found,
)

# A tombstone begins and ends in the same moment: it is the newest row of its name in
# version_history and the state of no time, so listings and look-ups never meet it. It takes
# the object's own grant and publication along: who re-creates the name shares nothing.
_AS_FOUND = f"SELECT *, serial IS NOT NULL AS holds FROM ({FOUND}) AS found"
_THEN_BURIED = f"""
    {SUPERSEDE},
    buried AS (
        INSERT INTO version (
            container_id, name, uuid, deleted, size, etag, merkle, content_type,
            modified_by_id, valid_from, valid_to, meta, domains)
        SELECT id, %(name)s, uuid, true, 0, '', '', '', actor, now, now, '{{}}', domains
          FROM state WHERE holds AND {SUPERSEDED} = 1
        RETURNING serial),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT id, -1, -size, {changed_keys("'{}'::jsonb")}, now FROM state WHERE holds)
"""
_BURIED = f"state AS MATERIALIZED ({_AS_FOUND}), {_THEN_BURIED}"
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
    access (caller, account, unnoted, owner, container, granted_right,
            account_quota, container_quota, keeps_history) AS (
        SELECT {columns(OBJECT_RIGHT)} FROM {ON_OBJECT}),
    target AS (
        SELECT c.id, c.modified, c.has_grants, c.has_publications,
               access.caller AS actor
          FROM access JOIN container c ON c.id = access.container
         WHERE access.granted_right & %(least)s::int = %(least)s)
"""

delete_object = Statement(
    "delete_object",
    f"""
    WITH {_MAY_DELETE},
    {_BURIED},
    {_UNSHARED}
    SELECT access.*, buried.serial FROM access LEFT JOIN buried ON true
    """,
    before=LOCK_NAME,
    writes=True,
)


# The conditions of a deletion, judged under the lock. A date names a state only if no other of
# the object began in the same second.
_JUDGED = f"""
    SELECT *, serial IS NOT NULL AND matched AND unmatched AND unmodified AND on_time AND fresh
              AS holds
      FROM (
        SELECT found.*,
               %(if_match)s::bytea[] IS NULL OR {names_found("if_match")} AS matched,
               NOT {names_found("if_none_match")} AS unmatched,
               %(unmodified_since)s::bigint IS NULL OR found.serial IS NULL
               OR shown.valid_from < to_timestamp(%(unmodified_since)s)
               OR shown.valid_from < to_timestamp(%(unmodified_since)s + 1) AND NOT EXISTS (
                  SELECT FROM version other
                   WHERE other.container_id = shown.container_id AND other.name = shown.name
                     AND other.valid_from >= to_timestamp(%(unmodified_since)s)
                     AND other.valid_from < shown.valid_from) AS unmodified,
               %(delete_at)s::bigint IS NULL
               OR coalesce(extract(epoch FROM shown.expires) = %(delete_at)s, false) AS on_time,
               %(serial)s::bigint IS NULL
               OR coalesce(found.serial = %(serial)s, false) AS fresh
          FROM ({FOUND}) AS found LEFT JOIN version shown ON shown.serial = found.serial
        OFFSET 0) AS judged"""

delete_object_if = Statement(
    "delete_object_if",
    f"""
    WITH {_MAY_DELETE},
    state AS MATERIALIZED ({_JUDGED}),
    {_THEN_BURIED},
    {_UNSHARED}
    SELECT access.*, state.matched, state.unmatched, state.unmodified, state.on_time,
           state.fresh, buried.serial
      FROM access LEFT JOIN state ON true LEFT JOIN buried ON true
    """,
    before=LOCK_NAME,
    writes=True,
)

# The short way, as in access.py: nothing there was ever shared, so no sharing ends either.
delete_own_object = Statement(
    "delete_own_object",
    f"""
    WITH target (caller, account, unnoted, owner, id, granted_right,
                 account_quota, container_quota, keeps_history, modified, actor) AS (
        SELECT {OWNER_COLUMNS}, c.modified, caller.id FROM {BY_OWNER}),
    {_BURIED}
    SELECT caller, account, unnoted, owner, id, granted_right,
           account_quota, container_quota, keeps_history, buried.serial
      FROM state LEFT JOIN buried ON true
    """,
    before=LOCK_NAME,
    writes=True,
)

# The same for a caller whose right was checked before: the source of a move.
bury_object = Statement(
    "bury_object",
    f"""
    WITH target AS (
        SELECT id, modified, has_grants, has_publications,
               %(actor)s::bigint AS actor
          FROM container WHERE id = %(container)s::bigint),
    {_BURIED},
    {_UNSHARED}
    SELECT serial FROM buried
    """,
    writes=True,
)
