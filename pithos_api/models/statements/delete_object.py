"""DELETE of an object: the current version is closed and a tombstone says who did it, when."""

from pithos_api.models.statements.access import OBJECT_RIGHT, ON_OBJECT, columns
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.publish import HISTORY, LOCK_NAME, SUPERSEDE, changed_keys

# A tombstone begins and ends in the same moment: it is the newest row of its name in
# version_history and the state of no time, so listings and look-ups never meet it. It takes
# the object's own grant and publication along: who re-creates the name shares nothing.
BURY = f"""
    {HISTORY},
    verdict AS (SELECT true AS holds FROM old),
    {SUPERSEDE},
    buried AS (
        INSERT INTO version (
            container_id, name, uuid, deleted, size, etag, merkle, content_type,
            modified_by_id, valid_from, valid_to, meta, domains)
        SELECT target.id, %(name)s, old.uuid, true, 0, '', '', '', target.actor,
               moment.now, moment.now, '{{}}', old.domains
          FROM superseded, target, moment, old
         WHERE superseded.versions = 1
        RETURNING serial),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT target.id, -1, -old.size, {changed_keys("'{}'::jsonb")}, moment.now
          FROM target, moment, old),
    ungranted AS (
        DELETE FROM object_grant USING target, old
         WHERE target.has_grants AND container_id = target.id AND path = %(name)s),
    unpublished AS (
        DELETE FROM publication USING target, old
         WHERE target.has_publications AND container_id = target.id AND name = %(name)s)
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
    {BURY}
    SELECT access.*, buried.serial FROM access LEFT JOIN buried ON true
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
    {BURY}
    SELECT serial FROM buried
    """,
    writes=True,
)
