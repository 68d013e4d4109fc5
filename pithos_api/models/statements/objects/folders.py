"""A folder's objects at once: copied, tombstoned; however many, a few statements."""

from typing import NamedTuple

from pithos_api.models.statements.hashmaps.hashmap_pieces import parts_of
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


class BuriedFolder(NamedTuple):
    """How many objects were deleted, and what became of their versions."""

    tombstoned: int
    closed: int
    removed: int


class FolderObject(NamedTuple):
    """A current object below a folder. name_bytes: the length of its name.

    segmented_size, segmented_etag: as of ``VersionRow``. expires: whether it ever will.
    """

    serial: int
    name_bytes: int
    segmented_size: int | None
    segmented_etag: memoryview | None
    expires: bool


class Usage(NamedTuple):
    """Bytes of current objects: in a container, and in its account.

    objects: how many in the container; most_objects: how many there may be, 0 is any number.
    """

    in_container: int
    in_account: int
    objects: int
    most_objects: int


# Current objects named ``first`` or after it and before ``beyond``: those below a folder.
_BELOW = """
    SELECT v.* FROM version v
     WHERE v.container_id = %(container)s::bigint AND v.valid_to = 'infinity'
       AND v.name >= %(first)s::text AND v.name < %(beyond)s::text
"""

# The old versions are closed, or removed where the container keeps no history.
SUPERSEDE_FOLDER = """
    closed AS (
        UPDATE version SET valid_to = moment.now FROM old, moment, target
         WHERE version.serial = old.serial AND NOT (target.versioning = 'none'
               AND old.valid_from > coalesce(target.history_until, '-infinity')) RETURNING 1),
    removed AS (
        DELETE FROM version USING old, target
         WHERE version.serial = old.serial AND target.versioning = 'none'
           AND old.valid_from > coalesce(target.history_until, '-infinity') RETURNING 1)"""

KEY_CHANGES = """
    (SELECT jsonb_object_agg(key, n) FROM (
        SELECT key, sum(n) AS n FROM (
            {gained}
            SELECT jsonb_object_keys({lost}.meta) AS key, -1 AS n FROM {lost}) AS changes
         GROUP BY key HAVING sum(n) <> 0) AS changed)
"""

# Every writer of the container is shut out meanwhile, so there is one moment for all.
_TOMBSTONED = {
    "tombstoned": "(SELECT count(*) FROM tombstoned)",
    "closed": "(SELECT count(*) FROM closed)",
    "removed": "(SELECT count(*) FROM removed)",
}
_ENDED = tombstone(
    "old",
    container="container_id",
    name="name",
    actor="%(actor)s::bigint",
    now="moment.now",
    moved="%(moved)s::boolean",
)
tombstone_folder = Statement(
    "tombstone_folder",
    BuriedFolder,
    f"""
    WITH target AS (
        SELECT id, modified, versioning, history_until FROM container WHERE id = %(container)s),
    old AS ({_BELOW}),
    moment AS (
        SELECT greatest(clock_timestamp(), target.modified,
                        (SELECT max(valid_from) FROM old) + interval '1 microsecond') AS now
          FROM target),
    {SUPERSEDE_FOLDER},
    tombstoned AS (
        {_ENDED}
          FROM old, moment ORDER BY name
        RETURNING 1),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT %(container)s, -count(*), -sum(size),
               {KEY_CHANGES.format(gained="", lost="old")}, (SELECT now FROM moment)
          FROM old HAVING count(*) > 0),
    ungranted AS (
        DELETE FROM object_grant USING old
         WHERE object_grant.container_id = %(container)s AND path = old.name),
    unpublished AS (
        DELETE FROM publication USING old
         WHERE publication.container_id = %(container)s AND publication.name = old.name)
    SELECT {columns(BuriedFolder, _TOMBSTONED)}
    """,
    writes=True,
)

_CHANGED = f"""
    (SELECT valid_from FROM version {newest_of("%(container)s", "source.new_name")})"""
_COPIED = {
    **same_as("source"),
    "container_id": "%(container)s",
    "name": "source.new_name",
    "uuid": "CASE WHEN %(keep)s::boolean THEN source.uuid ELSE gen_random_uuid() END",
    "manifest_by_id": setter_of(
        "source", otherwise="CASE WHEN %(may_delete)s::boolean THEN {setter} ELSE 0 END"
    ),
    "symlink": "%(home)s::jsonb || source.symlink",
    "modified_by_id": "%(actor)s",
    **begun(_CHANGED, "moment.now"),
    "moved": "%(keep)s",
    "added": "NOT EXISTS (SELECT FROM old WHERE old.name = source.new_name)",
}
# What is copied are the versions given by serial; a move buries them afterwards. ``keep`` is
# whether UUIDs go along (a move) or are new (a copy); who may not delete puts no manifest there
# that reads with the rights of another (``copying``). home: what a symlink says besides that leaves
# the account which it means.
publish_folder = Statement(
    "publish_folder",
    Counted,
    f"""
    WITH target AS (
        SELECT id, modified, versioning, history_until
          FROM container WHERE id = %(container)s::bigint),
    source AS (
        SELECT v.*, %(to)s::text || substr(v.name, %(cut)s::int) AS new_name
          FROM version v WHERE v.serial = ANY(%(serials)s::bigint[])),
    old AS (
        SELECT v.* FROM source JOIN version v ON v.container_id = %(container)s
           AND v.name = source.new_name AND v.valid_to = 'infinity'),
    moment AS (
        SELECT greatest(clock_timestamp(), target.modified,
                        (SELECT max(newest.valid_from) FROM source CROSS JOIN LATERAL (
                             SELECT valid_from FROM version
                             {newest_of("%(container)s", "source.new_name")}) AS newest)
                        + interval '1 microsecond') AS now
          FROM target),
    {SUPERSEDE_FOLDER},
    superseded AS (
        SELECT (SELECT count(*) FROM closed) + (SELECT count(*) FROM removed) AS versions),
    created AS (
        {insertion(_COPIED)}
          FROM source, moment, superseded WHERE superseded.versions >= 0
         ORDER BY source.new_name
        RETURNING 1),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT %(container)s, count(*) - (SELECT count(*) FROM old),
               sum(size) - (SELECT coalesce(sum(size), 0) FROM old),
               {
        KEY_CHANGES.format(
            gained="SELECT jsonb_object_keys(source.meta) AS key, 1 AS n FROM source UNION ALL",
            lost="old",
        )
    },
               (SELECT now FROM moment)
          FROM source HAVING count(*) > 0)
    SELECT count(*) AS rows FROM created
    """,
    writes=True,
)

# What has expired is gone, though it is yet to be tombstoned (``services.upkeep.expiry``).
_OBJECT = {
    "serial": "serial",
    "name_bytes": "octet_length(name)",
    "segmented_size": "segmented_size",
    "segmented_etag": "segmented_etag",
    "expires": "expires IS NOT NULL OR expires_sent IS NOT NULL",
}
list_folder = Statement(
    "list_folder",
    FolderObject,
    f"""
    SELECT {columns(FolderObject, _OBJECT)} FROM ({_BELOW}) AS below
     WHERE expires IS NULL OR expires > now()
    """,
)

# The caller may name what they copied (contract Δ19): every block of these versions.
claim_versions = Statement(
    "claim_versions",
    Counted,
    f"""
    WITH named AS (
        SELECT DISTINCT substr(part.digests, 32 * place + 1, 32) AS digest
          FROM version v CROSS JOIN LATERAL {parts_of("v")} AS part
         CROSS JOIN LATERAL generate_series(0, length(part.digests) / 32 - 1) AS place
         WHERE v.serial = ANY(%(serials)s::bigint[])),
    claimed AS (
        INSERT INTO block_claim (user_id, digest)
        SELECT %(actor)s::bigint, digest FROM named ORDER BY digest
        ON CONFLICT (user_id, digest) DO UPDATE SET pending = NULL
         WHERE block_claim.pending IS NOT NULL
        RETURNING 1)
    SELECT count(*) AS rows FROM claimed
    """,
    writes=True,
)

# Bytes of current objects with what is not folded yet: of the container, of its account.
_USAGE = {
    "in_container": """
        c.byte_count + (SELECT coalesce(sum(bytes_added), 0)::bigint FROM usage_delta d
                         WHERE d.container_id = c.id)""",
    "in_account": """
        (SELECT sum(each.byte_count + (SELECT coalesce(sum(bytes_added), 0)
                                         FROM usage_delta d
                                        WHERE d.container_id = each.id))::bigint
           FROM container each WHERE each.account_id = c.account_id)""",
    "objects": """
        c.object_count + (SELECT coalesce(sum(objects_added), 0)::bigint FROM usage_delta d
                           WHERE d.container_id = c.id)""",
    "most_objects": "c.most_objects",
}
usage = Statement(
    "usage",
    Usage,
    f"SELECT {columns(Usage, _USAGE)} FROM container c WHERE c.id = %(container)s::bigint",
)
