"""DELETE of an object: the current version is closed and a tombstone says who did it, when."""

from pithos_api.models.statements.access.rights import (
    BY_OWNER,
    OBJECT_RIGHT,
    ON_OBJECT,
    OWNER_COLUMNS,
    columns,
)
from pithos_api.models.statements.objects.publish import (
    FOUND,
    LOCK_NAME,
    SUPERSEDE,
    SUPERSEDED,
    changed_keys,
)
from pithos_api.models.statements.prepared import Statement

# A tombstone begins and ends in the same moment: it is the newest row of its name in
# version_history and the state of no time, so listings and look-ups never meet it. It takes
# the object's own grant and publication along: who re-creates the name shares nothing.
_BURIED = f"""
    state AS MATERIALIZED (
        SELECT *, serial IS NOT NULL AS holds FROM ({FOUND}) AS found),
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

delete_object = Statement(
    "delete_object",
    f"""
    WITH access (caller, account, unnoted, owner, container, granted_right,
                 account_quota, container_quota, keeps_history) AS (
        SELECT {columns(OBJECT_RIGHT)} FROM {ON_OBJECT}),
    target AS (
        SELECT c.id, c.modified, c.has_grants, c.has_publications,
               access.caller AS actor
          FROM access JOIN container c ON c.id = access.container
         WHERE access.granted_right = 3),
    {_BURIED},
    {_UNSHARED}
    SELECT access.*, buried.serial FROM access LEFT JOIN buried ON true
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
