"""A container or a folder becomes what it was at a time: rows only, however many objects there are.

Every writer of the container is shut out meanwhile, so there is one moment for all.
"""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.objects.folders import KEY_CHANGES, SUPERSEDE_FOLDER
from pithos_api.models.statements.objects.new_versions import (
    begun,
    insertion,
    same_as,
    setter_of,
    tombstone,
)
from pithos_api.models.statements.objects.newest import newest_of
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted, columns
from pithos_api.models.statements.time.states import same_content, same_details


class RestorePlan(NamedTuple):
    """How many objects would be changed back, had again, deleted, kept; are as they were.

    bytes_before, bytes_after: of all of them. moment: the time now, or of the last change if that
    is later, as nothing begins before it.
    """

    restored: int
    recreated: int
    removed: int
    kept: int
    unchanged: int
    bytes_before: int
    bytes_after: int
    moment: datetime


class Restored(NamedTuple):
    """When all of it was done. created: states. closed: states that these or deletions replaced."""

    moment: datetime
    created: int
    closed: int


_RANGE = """v.container_id = %(container)s::bigint
         AND v.name >= %(first)s::text AND v.name < %(beyond)s::text"""
_UNTIL = "to_timestamp(%(until)s::float8)"
_THEN = f"{_RANGE} AND v.valid_from < {_UNTIL} AND v.valid_to >= {_UNTIL}"

# An expiry that is over by now is not restored: the object would be gone at once.
_STATES = f"""
    past AS MATERIALIZED (
        SELECT v.serial, v.name, v.uuid, v.size, v.etag, v.merkle, v.hashmap, v.pieces,
               v.content_type,
               v.content_encoding, v.content_disposition, v.manifest, v.segmented_size,
               v.segmented_etag, v.manifest_by_id, v.symlink, v.modified_by_id, v.meta,
               v.domains,
               CASE WHEN v.expires > now() THEN v.expires END AS expires,
               CASE WHEN v.expires > now() THEN v.expires_sent END AS expires_sent
          FROM version v WHERE {_THEN}),
    here AS MATERIALIZED (
        SELECT v.serial, v.name, v.uuid, v.size, v.etag, v.merkle, v.content_type,
               v.content_encoding, v.content_disposition, v.manifest, v.segmented_etag,
               v.symlink, v.meta, v.domains, v.expires, v.expires_sent, v.valid_from
          FROM version v WHERE {_RANGE} AND v.valid_to = 'infinity')"""
_SAME = f"""(past.uuid = here.uuid AND {same_content("past", "here")}
             AND {same_details("past", "here")})"""

# Histories are not purged while they are restored from; what is current is nobody's to purge.
lock_history = Statement(
    "lock_history",
    Counted,
    f"""
    SELECT count(*) AS rows FROM (
        SELECT FROM version v WHERE {_THEN} AND v.valid_to <> 'infinity'
         ORDER BY v.serial FOR KEY SHARE) AS locked
    """,
    writes=True,
)

_BOTH = "past.serial IS NOT NULL AND here.serial IS NOT NULL"
_PLAN = {
    "restored": f"count(*) FILTER (WHERE {_BOTH} AND NOT {_SAME})",
    "recreated": "count(*) FILTER (WHERE here.serial IS NULL)",
    "removed": "count(*) FILTER (WHERE past.serial IS NULL AND NOT %(keep_newer)s::boolean)",
    "kept": "count(*) FILTER (WHERE past.serial IS NULL AND %(keep_newer)s)",
    "unchanged": f"count(*) FILTER (WHERE {_BOTH} AND {_SAME})",
    "bytes_before": "coalesce(sum(here.size), 0)::bigint",
    "bytes_after": """
        (coalesce(sum(past.size), 0)
         + coalesce(sum(here.size) FILTER (WHERE past.serial IS NULL AND %(keep_newer)s), 0))
        ::bigint""",
    "moment": """
        greatest(clock_timestamp(), max(here.valid_from) + interval '1 microsecond',
                 (SELECT modified FROM container WHERE id = %(container)s))""",
}
plan_restore = Statement(
    "plan_restore",
    RestorePlan,
    f"""
    WITH {_STATES}
    SELECT {columns(RestorePlan, _PLAN)}
      FROM past FULL JOIN here ON here.name = past.name
    """,
)

# Whether the UUID ever had another name, and whether it has one that stays. LIMIT: without figures
# of the tables the planner begins with all that is current, for each name anew.
_MOVED = "EXISTS (SELECT FROM version m WHERE m.uuid = {0}.uuid AND m.moved)"
_ELSEWHERE = """
    EXISTS (SELECT FROM version m CROSS JOIN LATERAL (
                SELECT serial FROM version
                 WHERE container_id = m.container_id AND name = m.name
                   AND valid_to = 'infinity' AND uuid = m.uuid
                 LIMIT 1) AS v
             WHERE m.uuid = wanted.uuid AND m.moved
               AND (m.container_id <> %(container)s OR m.name <> wanted.name)
               AND NOT EXISTS (SELECT FROM old WHERE old.serial = v.serial))"""
_NEWEST = newest_of("%(container)s", "wanted.name")
_CHANGED = f"(SELECT valid_from FROM version {_NEWEST})"
_RESTORED = {
    **same_as("wanted"),
    "container_id": "%(container)s",
    "name": "wanted.name",
    "uuid": f"CASE WHEN {_ELSEWHERE} THEN gen_random_uuid() ELSE wanted.uuid END",
    "manifest_by_id": setter_of("wanted"),
    "modified_by_id": "%(actor)s",
    **begun(_CHANGED, "moment.now"),
    "moved": _MOVED.format("wanted"),
    "added": "wanted.replaced IS NULL",
}
_ENDED = tombstone(
    "gone",
    container="%(container)s",
    name="gone.name",
    actor="%(actor)s",
    now="moment.now",
    moved=_MOVED.format("gone"),
)
_DONE = {
    "moment": "(SELECT now FROM moment)",
    "created": "(SELECT count(*) FROM created)",
    "closed": "(SELECT versions FROM superseded)",
}
restore_states = Statement(
    "restore_states",
    Restored,
    f"""
    WITH target AS (
        SELECT id, modified, versioning, history_until FROM container
         WHERE id = %(container)s::bigint),
    {_STATES},
    wanted AS MATERIALIZED (
        SELECT past.*, here.serial AS replaced
          FROM past LEFT JOIN here ON here.name = past.name
         WHERE here.serial IS NULL OR NOT {_SAME}),
    gone AS MATERIALIZED (
        SELECT here.* FROM here
         WHERE NOT %(keep_newer)s::boolean
           AND NOT EXISTS (SELECT FROM past WHERE past.name = here.name)),
    old AS MATERIALIZED (
        SELECT here.* FROM here JOIN wanted ON wanted.replaced = here.serial
        UNION ALL
        SELECT * FROM gone),
    moment AS MATERIALIZED (
        SELECT greatest(clock_timestamp(), target.modified,
                        (SELECT max(valid_from) FROM old) + interval '1 microsecond',
                        (SELECT max(newest.valid_from) FROM wanted CROSS JOIN LATERAL (
                             SELECT valid_from FROM version {_NEWEST}) AS newest
                          WHERE wanted.replaced IS NULL) + interval '1 microsecond') AS now
          FROM target),
    {SUPERSEDE_FOLDER},
    superseded AS (
        SELECT (SELECT count(*) FROM closed) + (SELECT count(*) FROM removed) AS versions),
    created AS (
        {insertion(_RESTORED)}
          FROM wanted, moment, superseded WHERE superseded.versions >= 0
         ORDER BY wanted.name
        RETURNING 1),
    tombstoned AS (
        {_ENDED}
          FROM gone, moment ORDER BY gone.name),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT %(container)s, (SELECT count(*) FROM wanted) - (SELECT count(*) FROM old),
               (SELECT coalesce(sum(size), 0) FROM wanted)
               - (SELECT coalesce(sum(size), 0) FROM old),
               {
        KEY_CHANGES.format(
            gained="SELECT jsonb_object_keys(wanted.meta) AS key, 1 AS n FROM wanted UNION ALL",
            lost="old",
        )
    },
               moment.now
          FROM moment
         WHERE EXISTS (SELECT FROM wanted) OR EXISTS (SELECT FROM old)),
    ungranted AS (
        DELETE FROM object_grant USING gone
         WHERE object_grant.container_id = %(container)s AND path = gone.name),
    unpublished AS (
        DELETE FROM publication USING gone
         WHERE publication.container_id = %(container)s AND publication.name = gone.name)
    SELECT {columns(Restored, _DONE)}
    """,
    writes=True,
)
