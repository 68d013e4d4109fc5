"""HEAD and GET of an object: token, container, current version and small content at once."""

from pithos_api.models.statements.access import CALLER
from pithos_api.models.statements.prepared import Statement

# Nested loops over unique indexes: those of authorize, then version_current, block_pkey and
# accounts_user_pkey. ``content`` is false for HEAD, which needs neither digests nor bytes.
read_object = Statement(
    "read_object",
    f"""
    SELECT caller.id, caller.unnoted, owner.id, c.id,
           v.serial, v.uuid, v.size, v.etag, v.merkle,
           v.content_type, v.content_encoding, v.content_disposition, v.manifest,
           v.meta, v.valid_from, writer.account,
           CASE WHEN %(content)s::boolean THEN v.hashmap END, b.data
      FROM {CALLER}
      LEFT JOIN accounts_user owner ON owner.account = %(account)s::text
      LEFT JOIN container c ON c.account_id = owner.id AND c.name = %(container)s::text
      LEFT JOIN version v ON v.container_id = c.id AND v.name = %(name)s::text
                         AND v.valid_to = 'infinity'
      LEFT JOIN accounts_user writer ON writer.id = v.modified_by_id
      LEFT JOIN block b ON %(content)s AND v.hashmap IS NULL AND b.digest = v.merkle
    """,
)
