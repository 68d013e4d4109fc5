"""The MD5 of content that is or was stored, found by its Merkle hash and size."""

from pithos_api.models.statements.prepared import Statement

# Index Scan of version_content. No order: by serial, Postgres would rather walk all versions.
known_content = Statement(
    "known_content",
    """
    SELECT etag FROM version
     WHERE merkle = %(merkle)s::bytea AND size = %(size)s::bigint AND NOT deleted LIMIT 1
    """,
)
