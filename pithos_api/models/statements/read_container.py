"""The account's and the container's own rows with exact counters, token and right checked."""

from pithos_api.models.statements.access import (
    CALLED,
    CALLER,
    CONTAINER_RIGHT,
    IN_CONTAINER,
    columns,
)
from pithos_api.models.statements.list_objects import IN_ORDER
from pithos_api.models.statements.prepared import Statement
from pithos_api.values import Right

# Counters are the row plus the deltas not yet folded (usage_of_container): exact at once.
PENDING = """
    (SELECT coalesce(sum(objects_added), 0)::bigint AS objects,
            coalesce(sum(bytes_added), 0)::bigint AS bytes, max(at) AS at, count(*) AS rows
       FROM usage_delta d WHERE d.container_id = c.id)
"""

CONTAINER = """
    c.id, c.name, c.object_count + pending.objects, c.byte_count + pending.bytes,
    c.created, greatest(c.modified, pending.at), c.meta, c.versioning, c.quota,
    c.keep_days, c.keep_versions, c.has_grants, c.has_publications, c.readers, c.writers
"""

# Every change of the container or below it makes a new row version (xmin) or adds a delta;
# folding deltas makes a new row version too. So the two together are the container's revision.
read_container = Statement(
    "read_container",
    f"""
    SELECT {columns(CONTAINER_RIGHT)}, {CONTAINER}, c.xmin::text, pending.rows, c.meta_keys,
           (SELECT jsonb_agg(d.meta_keys) FROM usage_delta d
             WHERE d.container_id = c.id AND d.meta_keys IS NOT NULL)
      FROM {IN_CONTAINER}
      LEFT JOIN LATERAL {PENDING} AS pending ON true
    """,
)

# Others see an account where something in it is shared with them. ``account`` has no row
# until the owner first writes to it.
ACCOUNT_RIGHT = f"""
    CASE WHEN caller.id = owner.id THEN {Right.OWN:d}
         WHEN EXISTS (SELECT 1 FROM container c JOIN object_grant g ON g.container_id = c.id
                       WHERE c.account_id = owner.id AND c.has_grants
                         AND (g.readers && {CALLED} OR g.writers && {CALLED}))
         THEN {Right.READ:d}
         ELSE 0 END
"""

read_account = Statement(
    "read_account",
    f"""
    SELECT caller.id, caller.account, caller.unnoted, coalesce(owner.id, 0), 0, {ACCOUNT_RIGHT},
           owner.quota, NULL::bigint, true,
           total.containers, total.objects, total.bytes,
           greatest(coalesce(a.modified, owner.created), total.modified),
           coalesce(a.meta, '{{}}'), groups.members, owner.created
      FROM {CALLER}
      LEFT JOIN accounts_user owner ON owner.account = %(account)s::text
      LEFT JOIN account a ON a.user_id = owner.id
      LEFT JOIN LATERAL (
          SELECT count(*) AS containers,
                 coalesce(sum(c.object_count + pending.objects), 0)::bigint AS objects,
                 coalesce(sum(c.byte_count + pending.bytes), 0)::bigint AS bytes,
                 max(greatest(c.modified, pending.at)) AS modified
            FROM container c CROSS JOIN LATERAL {PENDING} AS pending
           WHERE c.account_id = owner.id) AS total ON true
      LEFT JOIN LATERAL (
          SELECT jsonb_object_agg(name, members) AS members FROM (
              SELECT g.name, jsonb_agg(g.member ORDER BY g.member) AS members
                FROM group_member g WHERE g.owner_id = owner.id AND caller.id = owner.id
               GROUP BY g.name) AS each) AS groups ON true
    """,
)


def _containers(order: str) -> str:
    """Return the statement that lists containers after ``marker``, from ``first`` to ``beyond``.

    ``viewer`` NULL sees all; another account what has a grant for it. ``shared`` and ``public``
    keep what has a grant or a publication at all.
    """
    return f"""
    SELECT {CONTAINER}
      FROM container c CROSS JOIN LATERAL {PENDING} AS pending
     WHERE c.account_id = %(owner)s::bigint AND c.name > %(marker)s::text
       AND c.name >= %(first)s::text AND c.name < %(beyond)s::text
       AND (NOT %(shared)s::boolean AND NOT %(public)s::boolean
            OR %(shared)s AND EXISTS (SELECT 1 FROM object_grant g WHERE g.container_id = c.id)
            OR %(public)s AND EXISTS (SELECT 1 FROM publication p WHERE p.container_id = c.id))
       AND (%(viewer)s::bigint IS NULL OR EXISTS (
            SELECT 1 FROM accounts_user caller JOIN object_grant g ON g.container_id = c.id
             WHERE caller.id = %(viewer)s
               AND (g.readers && {CALLED} OR g.writers && {CALLED})))
       AND (%(until)s::float8 IS NULL OR c.created < to_timestamp(%(until)s))
     ORDER BY c.name {order} LIMIT %(limit)s::int
    """


list_containers = Statement("list_containers", _containers("ASC"))
list_containers_reversed = Statement("list_containers_reversed", _containers("DESC"))

# The accounts, other than the caller's, in which something is shared with the caller.
list_sharers = Statement(
    "list_sharers",
    f"""
    SELECT sharer.account, max(greatest(c.modified, pending.at))
      FROM accounts_user caller
      JOIN object_grant g ON g.readers && {CALLED} OR g.writers && {CALLED}
      JOIN container c ON c.id = g.container_id
      JOIN accounts_user sharer ON sharer.id = c.account_id AND sharer.id <> caller.id
     CROSS JOIN LATERAL {PENDING} AS pending
     WHERE caller.id = %(caller)s::bigint AND sharer.account > %(marker)s::text
     GROUP BY sharer.account ORDER BY sharer.account LIMIT %(limit)s::int
    """,
)

# Which of ``keys`` are on something shared with the caller: others than the owner learn of no
# more. For each key a walk along version_current, which ends at the first object that has it.
read_granted_keys = Statement(
    "read_granted_keys",
    f"""
    SELECT used.key
      FROM accounts_user caller CROSS JOIN unnest(%(keys)s::text[]) AS used (key)
     CROSS JOIN LATERAL (
          SELECT FROM object_grant g CROSS JOIN LATERAL (
               SELECT FROM version v
                WHERE v.container_id = g.container_id AND v.valid_to = 'infinity'
                  AND v.name = g.path AND v.meta ? used.key
               UNION ALL
               SELECT FROM version v
                WHERE v.container_id = g.container_id AND v.valid_to = 'infinity'
                  AND v.name >= g.path || '/' AND v.name < g.path || '0'
                  AND v.meta ? used.key) AS covered
           WHERE g.container_id = %(container)s::bigint
             AND (g.readers && {CALLED} OR g.writers && {CALLED}) LIMIT 1) AS found
     WHERE caller.id = %(caller)s::bigint
    """,
    before=IN_ORDER,
)
