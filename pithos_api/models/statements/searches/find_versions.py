"""Versions by what operators know of them: a name, a UUID, content. Of all accounts."""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns
from pithos_api.values import PIECE_BLOCKS


class VersionFound(NamedTuple):
    """A version, wherever it is. Size in bytes; digests are bytes.

    ends: when it was superseded; None: it is current, or the tombstone that is the newest.
    writer: the account that wrote it. blocks: digests of its hashmap; 1 of a single block.
    """

    serial: int
    uuid: str
    account: str
    container: str
    name: str
    size: int
    content_type: str
    etag: memoryview
    merkle: memoryview
    deleted: bool
    begins: datetime
    ends: datetime | None
    writer: str | None
    blocks: int


class DeletedName(NamedTuple):
    """A name whose newest version is a tombstone, and the last version before that.

    deleted, by: when and by whose account. serial, size in bytes: of what can be brought back.
    """

    name: str
    deleted: datetime
    by: str | None
    serial: int
    size: int


class BlockFound(NamedTuple):
    """A block. size: stored bytes. inline: its bytes are in its row. damaged, unused: since when.

    touched: when it was last sent.
    """

    size: int
    inline: bool
    touched: datetime
    unused: datetime | None
    damaged: datetime | None


_VERSION = {
    "serial": "v.serial",
    "uuid": "v.uuid::text",
    "account": "u.account",
    "container": "c.name",
    "name": "v.name",
    "size": "v.size",
    "content_type": "v.content_type",
    "etag": "v.etag",
    "merkle": "v.merkle",
    "deleted": "v.deleted",
    "begins": "v.valid_from",
    "ends": "CASE WHEN v.deleted OR v.valid_to = 'infinity' THEN NULL ELSE v.valid_to END",
    "writer": "(SELECT w.account FROM accounts_user w WHERE w.id = v.modified_by_id)",
    "blocks": f"""
        coalesce(length(v.hashmap) / 32,
                 {PIECE_BLOCKS} * (length(v.pieces) / 32 - 1)
                 + (SELECT length(digests) / 32 FROM hashmap_piece
                     WHERE hash = substr(v.pieces, length(v.pieces) - 31)), 1)""",
}
_FOUND = columns(VersionFound, _VERSION)
_WHOSE = "JOIN container c ON c.id = v.container_id JOIN accounts_user u ON u.id = c.account_id"

# The order is that of the index, not of what people would like: with a LIMIT that is bounded.
by_content = Statement(
    "find_by_content",
    VersionFound,
    f"""
    SELECT {_FOUND}
      FROM ((SELECT v.* FROM version v WHERE v.merkle = %(digest)s::bytea AND NOT v.deleted
              LIMIT %(limit)s::int)
            UNION ALL
            (SELECT v.* FROM version v
              WHERE v.hashmap IS NOT NULL AND v.merkle <> %(digest)s
                AND block_keys(v.hashmap) @> ARRAY[substr(%(digest)s, 1, 8)]
                AND position(%(digest)s IN v.hashmap) > 0
              LIMIT %(limit)s)
            UNION ALL
            (SELECT v.* FROM hashmap_piece piece JOIN version v
                 ON v.pieces IS NOT NULL AND block_keys(v.pieces) @> ARRAY[substr(piece.hash, 1, 8)]
              WHERE block_keys(piece.digests) @> ARRAY[substr(%(digest)s, 1, 8)]
                AND position(%(digest)s IN piece.digests) > 0
              LIMIT %(limit)s)) AS v {_WHOSE}
     ORDER BY v.valid_to DESC, u.account, c.name, v.name
     LIMIT %(limit)s
    """,
)

# No index has UUIDs: writers would pay for it. All versions are looked at.
by_uuid = Statement(
    "find_by_uuid",
    VersionFound,
    f"""
    SELECT {_FOUND} FROM version v {_WHOSE}
     WHERE v.uuid = %(uuid)s::uuid ORDER BY v.serial DESC LIMIT %(limit)s::int
    """,
)

by_serial = Statement(
    "find_by_serial",
    VersionFound,
    f"SELECT {_FOUND} FROM version v {_WHOSE} WHERE v.serial = %(serial)s::bigint",
)

# The newest version of the name in each container that has it: one probe a container.
by_name = Statement(
    "find_by_name",
    VersionFound,
    f"""
    SELECT {_FOUND}
      FROM container c JOIN accounts_user u ON u.id = c.account_id
     CROSS JOIN LATERAL (
           SELECT * FROM version v WHERE v.container_id = c.id AND v.name = %(name)s::text
            ORDER BY v.valid_from DESC LIMIT 1) AS v
     LIMIT %(limit)s::int
    """,
)

# Current names of a container in order: a range of version_current.
below_prefix = Statement(
    "find_below_prefix",
    VersionFound,
    f"""
    SELECT {_FOUND}
      FROM accounts_user u JOIN container c ON c.account_id = u.id
      JOIN version v ON v.container_id = c.id AND v.valid_to = 'infinity'
     WHERE u.account = %(account)s::text AND c.name = %(container)s::text
       AND v.name >= %(prefix)s::text AND v.name < %(prefix)s || repeat(chr(1114111), 3)
       AND starts_with(v.name, %(prefix)s)
     ORDER BY v.name LIMIT %(limit)s::int
    """,
)

history_of = Statement(
    "find_history",
    VersionFound,
    f"""
    SELECT {_FOUND}
      FROM accounts_user u JOIN container c ON c.account_id = u.id
      JOIN version v ON v.container_id = c.id
     WHERE u.account = %(account)s::text AND c.name = %(container)s::text
       AND v.name = %(name)s::text
     ORDER BY v.valid_from DESC LIMIT %(limit)s::int
    """,
)

# The latest first, by version_times.
deleted_names = Statement(
    "find_deleted",
    DeletedName,
    f"""
    SELECT {
        columns(
            DeletedName,
            {
                "name": "v.name",
                "deleted": "v.valid_from",
                "by": "(SELECT w.account FROM accounts_user w WHERE w.id = v.modified_by_id)",
                "serial": "last.serial",
                "size": "last.size",
            },
        )
    }
      FROM accounts_user u JOIN container c ON c.account_id = u.id
      JOIN version v ON v.container_id = c.id AND v.deleted
     CROSS JOIN LATERAL (
           SELECT p.serial, p.size FROM version p
            WHERE p.container_id = c.id AND p.name = v.name AND p.valid_from < v.valid_from
              AND NOT p.deleted ORDER BY p.valid_from DESC LIMIT 1) AS last
     WHERE u.account = %(account)s::text AND c.name = %(container)s::text
       AND v.name >= %(prefix)s::text AND v.name < %(prefix)s || repeat(chr(1114111), 3)
       AND starts_with(v.name, %(prefix)s)
       AND NOT EXISTS (SELECT FROM version n WHERE n.container_id = c.id AND n.name = v.name
                          AND n.valid_from > v.valid_from)
     ORDER BY v.valid_from DESC LIMIT %(limit)s::int
    """,
)

one_block = Statement(
    "find_block",
    BlockFound,
    f"""
    SELECT {
        columns(
            BlockFound,
            {
                "size": "b.size",
                "inline": "b.data IS NOT NULL",
                "touched": "b.touched",
                "unused": "b.unused_since",
                "damaged": "b.damaged",
            },
        )
    }
      FROM block b WHERE b.digest = %(digest)s::bytea
    """,
)
