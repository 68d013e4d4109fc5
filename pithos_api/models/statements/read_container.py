"""The account's and the container's own rows with exact counters, token checked."""

from pithos_api.models.statements.access import CALLER
from pithos_api.models.statements.prepared import Statement

# Counters are the row plus the deltas not yet folded (usage_of_container): exact at once.
read_container = Statement(
    "read_container",
    f"""
    SELECT caller.id, caller.unnoted, owner.id, c.id, c.name,
           c.object_count + pending.objects, c.byte_count + pending.bytes,
           greatest(c.modified, pending.at), c.meta, c.versioning, c.quota,
           c.meta_keys, pending.keys
      FROM {CALLER}
      LEFT JOIN accounts_user owner ON owner.account = %(account)s::text
      LEFT JOIN container c ON c.account_id = owner.id AND c.name = %(container)s::text
      LEFT JOIN LATERAL (
          SELECT coalesce(sum(objects_added), 0)::bigint AS objects,
                 coalesce(sum(bytes_added), 0)::bigint AS bytes, max(at) AS at,
                 jsonb_agg(d.meta_keys) FILTER (WHERE d.meta_keys IS NOT NULL) AS keys
            FROM usage_delta d WHERE d.container_id = c.id) AS pending ON true
    """,
)

# ``account`` has no row until the owner first writes to it.
read_account = Statement(
    "read_account",
    f"""
    SELECT caller.id, caller.unnoted, owner.id, coalesce(owner.quota, -1),
           total.containers, total.objects, total.bytes,
           greatest(coalesce(a.modified, owner.created), total.modified),
           coalesce(a.meta, '{{}}')
      FROM {CALLER}
      LEFT JOIN accounts_user owner ON owner.account = %(account)s::text
      LEFT JOIN account a ON a.user_id = owner.id
      LEFT JOIN LATERAL (
          SELECT count(*) AS containers,
                 coalesce(sum(c.object_count + pending.objects), 0)::bigint AS objects,
                 coalesce(sum(c.byte_count + pending.bytes), 0)::bigint AS bytes,
                 max(greatest(c.modified, pending.at)) AS modified
            FROM container c CROSS JOIN LATERAL (
                 SELECT coalesce(sum(objects_added), 0) AS objects,
                        coalesce(sum(bytes_added), 0) AS bytes, max(at) AS at
                   FROM usage_delta d WHERE d.container_id = c.id) AS pending
           WHERE c.account_id = owner.id AND caller.id = owner.id) AS total ON true
    """,
)

list_containers = Statement(
    "list_containers",
    """
    SELECT c.name, c.object_count + pending.objects, c.byte_count + pending.bytes,
           greatest(c.modified, pending.at), c.meta, c.versioning, c.quota
      FROM container c CROSS JOIN LATERAL (
           SELECT coalesce(sum(objects_added), 0)::bigint AS objects,
                  coalesce(sum(bytes_added), 0)::bigint AS bytes, max(at) AS at
             FROM usage_delta d WHERE d.container_id = c.id) AS pending
     WHERE c.account_id = %(owner)s::bigint AND c.name > %(marker)s::text
     ORDER BY c.name LIMIT %(limit)s::int
    """,
)
