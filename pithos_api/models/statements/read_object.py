"""HEAD and GET of an object: token, right, container, version and small content at once."""

from pithos_api.models.statements.access import (
    BY_OWNER,
    OBJECT_RIGHT,
    ON_OBJECT,
    columns,
)
from pithos_api.models.statements.newest import newest_of
from pithos_api.models.statements.prepared import Statement


def _reading(which: str, newest: str) -> str:
    """Return the statement that reads the version ``which`` of an object.

    newest: SQL for the time of the object's last change, which a past version shows too.
    ``content`` is false for HEAD, which needs neither digests nor bytes, but the list of a
    static large object, to know whether it can be read.
    """
    wanted = "%(content)s::boolean OR v.segmented_size IS NOT NULL"
    return f"""
    SELECT {columns(OBJECT_RIGHT)}, granted.path, granted.readers, granted.writers, public.key,
           v.serial, v.uuid::text, v.size, v.etag, v.merkle,
           v.content_type, v.content_encoding, v.content_disposition, v.manifest,
           v.segmented_size, v.segmented_etag, v.expires,
           coalesce(v.manifest_by_id, v.modified_by_id), v.meta, v.valid_from,
           writer.account, {newest}, v.domains,
           CASE WHEN {wanted} THEN v.hashmap END, b.data
      FROM {ON_OBJECT}
      LEFT JOIN version v ON v.container_id = c.id AND v.name = %(name)s::text AND {which}
      LEFT JOIN accounts_user writer ON writer.id = v.modified_by_id
      LEFT JOIN block b ON v.hashmap IS NULL AND b.digest = CASE WHEN {wanted} THEN v.merkle END
    """


# Nested loops over unique indexes: those of authorize, then version_current, block_pkey and
# accounts_user_pkey.
read_object = Statement("read_object", _reading("v.valid_to = 'infinity'", "v.valid_from"))

# The same for the owner of what nobody shares, written by themselves, which neither has segments
# nor another's manifest nor expires: half the look-ups, and
# no column whose value is known: each costs as much as a step of an index.
read_own_object = Statement(
    "read_own_object",
    f"""
    SELECT caller.id, caller.unnoted, c.id, caller.quota, c.quota, c.versioning <> 'none',
           v.serial, v.uuid::text, v.size, v.etag, v.merkle,
           v.content_type, v.content_encoding, v.content_disposition, v.manifest,
           v.meta, v.valid_from, v.domains,
           CASE WHEN %(content)s::boolean THEN v.hashmap END, b.data
      FROM {BY_OWNER}
     CROSS JOIN LATERAL (
           SELECT * FROM version
            WHERE container_id = c.id AND name = %(name)s::text
              AND valid_to = 'infinity' AND modified_by_id = caller.id
              AND segmented_size IS NULL AND expires IS NULL AND manifest_by_id IS NULL
           OFFSET 0) AS v
      LEFT JOIN block b ON %(content)s AND v.hashmap IS NULL AND b.digest = v.merkle
    """,
)

# The same with version_pkey instead of version_current, and one probe of version_history.
read_version = Statement(
    "read_version",
    _reading(
        "v.serial = %(serial)s::bigint AND NOT v.deleted",
        f"(SELECT valid_from FROM version {newest_of('c.id', '%(name)s')})",
    ),
)

# Index Scan of version_history; tombstones are no versions of anything.
list_versions = Statement(
    "list_versions",
    """
    SELECT serial, valid_from, deleted FROM version
     WHERE container_id = %(container)s::bigint AND name = %(name)s::text
     ORDER BY serial
    """,
)
