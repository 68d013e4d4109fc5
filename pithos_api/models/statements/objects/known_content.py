"""The MD5 of content that is or was stored, found by its Merkle hash and size."""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement


class KnownContent(NamedTuple):
    """Content that is or was stored. etag: MD5, 16 bytes."""

    etag: memoryview


# Index Scan of version_content. No order: by serial, Postgres would rather walk all versions.
known_content = Statement(
    "known_content",
    KnownContent,
    """
    SELECT etag FROM version
     WHERE merkle = %(merkle)s::bytea AND size = %(size)s::bigint AND NOT deleted
       AND etag <> merkle LIMIT 1
    """,
)
