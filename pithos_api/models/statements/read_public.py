"""A published object by its key, without a token."""

from pithos_api.models.statements.prepared import Statement

# publication_pkey, then version_current.
read_public = Statement(
    "read_public",
    """
    SELECT owner.account, owner.id, c.id, c.name, p.name,
           v.serial, v.uuid::text, v.size, v.etag, v.merkle,
           v.content_type, v.content_encoding, v.content_disposition, v.manifest,
           v.segmented_size, v.segmented_etag, v.expires,
           coalesce(v.manifest_by_id, v.modified_by_id), v.meta, v.valid_from, v.hashmap, b.data
      FROM publication p
      JOIN container c ON c.id = p.container_id
      JOIN accounts_user owner ON owner.id = c.account_id
      JOIN version v ON v.container_id = c.id AND v.name = p.name AND v.valid_to = 'infinity'
      LEFT JOIN block b ON v.hashmap IS NULL AND b.digest = v.merkle
     WHERE p.key = %(key)s::text
    """,
)
