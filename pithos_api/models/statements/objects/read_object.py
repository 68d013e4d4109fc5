"""HEAD and GET of an object: token, right, container, version and small content at once."""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.access.rights import (
    BY_OWNER,
    CONTAINER_QUOTA,
    HERE,
    OBJECT_RIGHT,
    OWNER_SPARES,
    PlaceNames,
    access_by,
    on_object,
)
from pithos_api.models.statements.objects.new_versions import sent_expiry
from pithos_api.models.statements.objects.newest import newest_of
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns, same_columns
from pithos_api.values import DIGEST_SIZE, MANY_BLOCKS, Access


class SharingRow(NamedTuple):
    """A list of who may read or write what is at or below a path."""

    path: str
    readers: list[str]
    writers: list[str]


class VersionRow(NamedTuple):
    """A version of an object; ``hashmap`` and ``data`` only where content is wanted.

    etag: 16 bytes. merkle: 32 bytes. symlink, meta: JSON. modified: when it began.
    expires: seconds.
    hashmap: digests one after the other, None of a single block and of more than ``MANY_BLOCKS``.
    data: the single block, if small.
    """

    serial: int
    uuid: str
    size: int
    etag: memoryview
    merkle: memoryview
    content_type: str
    content_encoding: str | None
    content_disposition: str | None
    manifest: str | None
    segmented_size: int | None
    segmented_etag: memoryview | None
    expires: int | None
    manifest_by: int
    symlink: str | None
    shares_second: bool
    meta: str
    modified: datetime
    hashmap: memoryview | None
    data: memoryview | None


class FoundObject(NamedTuple):
    """What is at a path, and what the caller may do there.

    writer: the account of who made the version. last_change: of the object, None where there is
    no version. domains: metadata of other domains, JSON.
    """

    access: Access
    sharing: SharingRow | None
    public_key: str | None
    version: VersionRow | None
    writer: str | None
    last_change: datetime | None
    domains: str | None


class OwnObject(NamedTuple):
    """An object of the caller's own: of ``Access`` and of the version what is not known before.

    data: as of ``VersionRow``, in hex; empty where the caller has told its digest.
    """

    actor: int
    unnoted: bool
    container: int
    account_quota: int | None
    container_quota: int
    keeps_history: bool
    serial: int
    uuid: str
    size: int
    etag: memoryview
    merkle: memoryview
    content_type: str
    content_encoding: str | None
    content_disposition: str | None
    manifest: str | None
    meta: str
    modified: datetime
    shares_second: bool
    domains: str | None
    hashmap: memoryview | None
    data: str | None


class NamedVersion(NamedTuple):
    """A version that was looked for."""

    serial: int


class ListedVersion(NamedTuple):
    """A version or tombstone of an object."""

    serial: int
    valid_from: datetime
    deleted: bool


# Of a longer one the readers ask for what they need: ``services.objects.long_hashmaps``.
SHORT_HASHMAP = f"CASE WHEN length(v.hashmap) <= {MANY_BLOCKS * DIGEST_SIZE} THEN v.hashmap END"

_OWN_VERSION = {
    "serial": "v.serial",
    "uuid": "v.uuid::text",
    "size": "v.size",
    "etag": "v.etag",
    "merkle": "v.merkle",
    "content_type": "v.content_type",
    "content_encoding": "v.content_encoding",
    "content_disposition": "v.content_disposition",
    "manifest": "v.manifest",
    "meta": "v.meta::text",
    "modified": "v.valid_from",
    "shares_second": "v.shares_second",
    "hashmap": SHORT_HASHMAP,
    "data": "b.data",
}
VERSION = {
    **_OWN_VERSION,
    "segmented_size": "v.segmented_size",
    "segmented_etag": "v.segmented_etag",
    "expires": sent_expiry("v"),
    "manifest_by": "coalesce(v.manifest_by_id, v.modified_by_id)",
    "symlink": "v.symlink",
}


def reading_at(place: PlaceNames, which: str, newest: str) -> str:
    """Return the statement that reads the version ``which`` of an object at a place.

    newest: SQL for the time of the object's last change, which a past version shows too.
    ``content`` is false for HEAD, which needs neither digests nor bytes, but the list of a
    static large object, to know whether it can be read.
    """
    wanted = "%(content)s::boolean OR v.segmented_size IS NOT NULL"
    found: Expressions = {
        "access": access_by(OBJECT_RIGHT),
        "sharing": same_columns(SharingRow, "granted"),
        "public_key": "public.key",
        "version": {**VERSION, "hashmap": f"CASE WHEN {wanted} THEN {SHORT_HASHMAP} END"},
        "writer": "writer.account",
        "last_change": newest,
        "domains": "v.domains::text",
    }
    return f"""
    SELECT {columns(FoundObject, found)}
      FROM {on_object(place)}
      LEFT JOIN version v ON v.container_id = c.id AND v.name = {place.name}::text AND {which}
      LEFT JOIN accounts_user writer ON writer.id = v.modified_by_id
      LEFT JOIN block b ON v.hashmap IS NULL AND b.digest = CASE WHEN {wanted} THEN v.merkle END
    """


# Nested loops over unique indexes: those of authorize, then version_current, block_pkey and
# accounts_user_pkey.
read_object = Statement(
    "read_object", FoundObject, reading_at(HERE, "v.valid_to = 'infinity'", "v.valid_from")
)


def unless_kept(kept: str) -> str:
    """Return SQL for the data of the block ``b``: empty if ``kept`` is the digest of the content.

    In hex, which Python reads twice as fast as the driver. The hash of several blocks may be the
    digest of one, so it counts only where there is one.
    """
    is_kept = f"v.hashmap IS NULL AND v.merkle = {kept}"
    return f"CASE WHEN {is_kept} THEN '' ELSE encode(b.data, 'hex') END"


# The same for the owner of what nobody shares, written by themselves, which neither has segments
# nor another's manifest, is no symlink and does not expire: half the look-ups, and no column whose
# value is known: each costs as much as a step of an index.
OWN_OBJECT = {
    "actor": "caller.id",
    "unnoted": "caller.unnoted",
    "container": "c.id",
    "account_quota": "caller.quota",
    "container_quota": CONTAINER_QUOTA,
    "keeps_history": "c.versioning <> 'none'",
    **_OWN_VERSION,
    "domains": "v.domains::text",
    "hashmap": f"CASE WHEN %(content)s::boolean THEN {SHORT_HASHMAP} END",
    "data": unless_kept("%(kept)s::bytea"),
}
OWN_CURRENT = """
    modified_by_id = caller.id AND valid_to = 'infinity'
    AND segmented_size IS NULL AND expires IS NULL AND manifest_by_id IS NULL
    AND symlink IS NULL"""
read_own_object = Statement(
    "read_own_object",
    OwnObject,
    f"""
    SELECT {columns(OwnObject, OWN_OBJECT)}
      FROM {BY_OWNER}
     CROSS JOIN LATERAL (
           SELECT * FROM version
            WHERE container_id = c.id AND name = %(name)s::text AND {OWN_CURRENT}
           OFFSET 0) AS v
      LEFT JOIN block b ON b.digest = CASE
           WHEN %(content)s AND v.hashmap IS NULL AND v.merkle IS DISTINCT FROM %(kept)s
           THEN v.merkle END
    """,
    spares=OWNER_SPARES,
)

# The same with version_pkey instead of version_current, and one probe of version_history.
read_version = Statement(
    "read_version",
    FoundObject,
    reading_at(
        HERE,
        "v.serial = %(serial)s::bigint AND NOT v.deleted",
        f"(SELECT valid_from FROM version {newest_of('c.id', '%(name)s')})",
    ),
)

# Index Scan of version_history; tombstones are no versions of anything.
list_versions = Statement(
    "list_versions",
    ListedVersion,
    """
    SELECT serial, valid_from, deleted FROM version
     WHERE container_id = %(container)s::bigint AND name = %(name)s::text
     ORDER BY serial
    """,
)

# What was current right before a time: one probe of version_history, as of ``newest_of``. Of what
# was purged since nothing is told by what was there before it.
version_before = Statement(
    "version_before",
    NamedVersion,
    """
    SELECT v.serial
      FROM (SELECT serial, deleted, valid_to FROM version
             WHERE container_id = %(container)s::bigint
               AND name BETWEEN %(name)s::text AND %(name)s
               AND valid_from < to_timestamp(%(until)s::float8)
             ORDER BY name, valid_from DESC LIMIT 1) AS v
     WHERE NOT v.deleted AND v.valid_to >= to_timestamp(%(until)s)
    """,
)
