"""The account's and the container's own rows with exact counters, token and right checked."""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.access.rights import (
    BY_ACCOUNT,
    CALLED,
    CALLED_THERE,
    CALLER,
    CONTAINER_RIGHT,
    IN_CONTAINER,
    OWNER_ACCESS,
    OWNER_SPARES,
    SUSPENDED,
    WHOLE_BY_OWNER,
    access_by,
    is_served,
)
from pithos_api.models.statements.listings.list_objects import IN_ORDER
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns
from pithos_api.values import Access, Right


class ContainerRow(NamedTuple):
    """A container with exact counters. meta: JSON."""

    id: int
    name: str
    object_count: int
    byte_count: int
    created: datetime
    modified: datetime
    noted: datetime
    meta: str
    versioning: str
    quota: int
    most_objects: int
    keep_days: int | None
    keep_versions: int | None
    has_grants: bool
    has_publications: bool
    readers: list[str]
    writers: list[str]
    versions_asked: bool
    archive: str | None
    archives_deletions: bool


class CollapsedRow(NamedTuple):
    """What several containers' names have in common as their beginning, or one container."""

    beginning: str | None
    container: ContainerRow | None


class FoundContainer(NamedTuple):
    """A container, and what the caller may do there.

    row_version, deltas: its revision, together. key_counts: JSON, objects by metadata key;
    key_changes: JSON, a list of what is not folded into these.
    """

    access: Access
    container: ContainerRow | None
    row_version: str
    deltas: int
    key_counts: str
    key_changes: str | None


class FoundAccount(NamedTuple):
    """An account with its totals, and what the caller may do there. meta, groups: JSON."""

    access: Access
    container_count: int
    object_count: int
    byte_count: int
    modified: datetime
    meta: str
    groups: str | None
    created: datetime
    readers: list[str] | None
    writers: list[str] | None
    admins: list[str] | None


class Sharer(NamedTuple):
    """An account that shares something. modified: the last change of what is shared."""

    account: str
    modified: datetime


class MetadataKey(NamedTuple):
    """A metadata key that something carries."""

    key: str


# Counters are the row plus the deltas not yet folded (usage_of_container): exact at once.
PENDING = """
    (SELECT coalesce(sum(objects_added), 0)::bigint AS objects,
            coalesce(sum(bytes_added), 0)::bigint AS bytes, max(at) AS at, count(*) AS rows
       FROM usage_delta d WHERE d.container_id = c.id)
"""

CONTAINER = {
    "id": "c.id",
    "name": "c.name",
    "object_count": "c.object_count + pending.objects",
    "byte_count": "c.byte_count + pending.bytes",
    "created": "c.created",
    "modified": "greatest(c.modified, pending.at)",
    "noted": "coalesce(c.noted, c.created)",
    "meta": "c.meta",
    "versioning": "c.versioning",
    "quota": "c.quota",
    "most_objects": "c.most_objects",
    "keep_days": "c.keep_days",
    "keep_versions": "c.keep_versions",
    "has_grants": "c.has_grants",
    "has_publications": "c.has_publications",
    "readers": "c.readers",
    "writers": "c.writers",
    "versions_asked": "c.versions_asked",
    "archive": "c.archive",
    "archives_deletions": "c.archives_deletions",
}

# Every change of the container or below it makes a new row version (xmin) or adds a delta;
# folding deltas makes a new row version too. So the two together are the container's revision.
_FOUND_CONTAINER: Expressions = {
    "access": access_by(CONTAINER_RIGHT),
    "container": CONTAINER,
    "row_version": "c.xmin::text",
    "deltas": "pending.rows",
    "key_counts": "c.meta_keys",
    "key_changes": """
        (SELECT jsonb_agg(d.meta_keys) FROM usage_delta d
          WHERE d.container_id = c.id AND d.meta_keys IS NOT NULL)""",
}
read_container = Statement(
    "read_container",
    FoundContainer,
    f"""
    SELECT {columns(FoundContainer, _FOUND_CONTAINER)}
      FROM {IN_CONTAINER}
      LEFT JOIN LATERAL {PENDING} AS pending ON true
    """,
)

# The short way, as in access.py: what others may do is not asked for.
_OWN_CONTAINER: Expressions = {
    **_FOUND_CONTAINER,
    "access": OWNER_ACCESS,
    "row_version": "c.row_version",
}
read_own_container = Statement(
    "read_own_container",
    FoundContainer,
    f"""
    SELECT {columns(FoundContainer, _OWN_CONTAINER)}
      FROM {WHOLE_BY_OWNER}
     CROSS JOIN LATERAL {PENDING} AS pending
    """,
    spares=OWNER_SPARES,
)

# Others see an account where something in it is shared with them. ``account`` has no row
# until the owner first writes to it.
ACCOUNT_RIGHT = f"""
    CASE WHEN caller.id = owner.id THEN {Right.OWN:d}
         WHEN EXISTS (SELECT 1 FROM container c JOIN object_grant g ON g.container_id = c.id
                       WHERE c.account_id = owner.id AND c.has_grants
                         AND (g.readers && {CALLED_THERE} OR g.writers && {CALLED_THERE}))
         THEN {Right.READ:d}
         ELSE 0 END
    | CASE WHEN caller.id = owner.id THEN 0 ELSE {BY_ACCOUNT} END
"""

_FOUND_ACCOUNT: Expressions = {
    "access": {
        "actor": "caller.id",
        "account": "caller.account",
        "unnoted": "caller.unnoted",
        "owner": "coalesce(owner.id, 0)",
        "container": "0",
        "right": ACCOUNT_RIGHT,
        "account_quota": "owner.quota",
        "container_quota": "NULL::bigint",
        "keeps_history": "true",
        "suspended": SUSPENDED,
        "sealed": "false",
        "archives": "false",
    },
    "container_count": "total.containers",
    "object_count": "total.objects",
    "byte_count": "total.bytes",
    "modified": "greatest(coalesce(a.modified, owner.created), total.modified)",
    "meta": "coalesce(a.meta, '{}')",
    "groups": "groups.members",
    "created": "owner.created",
    "readers": "a.readers",
    "writers": "a.writers",
    "admins": "a.admins",
}
read_account = Statement(
    "read_account",
    FoundAccount,
    f"""
    SELECT {columns(FoundAccount, _FOUND_ACCOUNT)}
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


# The containers after ``marker``, from ``first`` to ``beyond``. ``viewer`` NULL sees all; another
# account what has a grant for it. ``shared`` and ``public`` keep what has a grant or a publication
# at all.
_LISTED = f"""
           c.account_id = %(owner)s::bigint AND c.name > %(marker)s::text
       AND c.name >= %(first)s::text AND c.name < %(beyond)s::text
       AND (NOT %(shared)s::boolean AND NOT %(public)s::boolean
            OR %(shared)s AND EXISTS (SELECT 1 FROM object_grant g WHERE g.container_id = c.id)
            OR %(public)s AND EXISTS (SELECT 1 FROM publication p WHERE p.container_id = c.id))
       AND (%(viewer)s::bigint IS NULL OR EXISTS (
            SELECT 1 FROM accounts_user caller JOIN object_grant g ON g.container_id = c.id
             WHERE caller.id = %(viewer)s
               AND (g.readers && {CALLED} OR g.writers && {CALLED})))
       AND (%(until)s::float8 IS NULL OR c.created < to_timestamp(%(until)s))"""


def containers_listed(order: str) -> str:
    """Return the statement that lists containers. order: ASC or DESC."""
    return f"""
    SELECT {columns(ContainerRow, CONTAINER)}
      FROM container c CROSS JOIN LATERAL {PENDING} AS pending
     WHERE {_LISTED}
     ORDER BY c.name {order} LIMIT %(limit)s::int
    """


_COLLAPSED: Expressions = {
    "beginning": "walk.beginning",
    "container": {field: f"found.{field}" for field in CONTAINER},
}


def _collapsed(order: str, begin: str, ahead: str, resume: str) -> str:
    """Return the statement that lists containers, and beginnings that some have in common.

    A beginning ends with the first ``delimiter`` behind the prefix, of ``inside`` characters. Each
    step of the walk is one probe of the index and jumps over all with the same beginning, as in
    ``list_objects``. ahead: which names come in the order after ``walk.resume``; begin, resume:
    what that is at first, and after a ``hit``.
    """
    return f"""
    WITH RECURSIVE walk (n, name, beginning, resume) AS (
        SELECT 0, NULL::text COLLATE "C", NULL::text COLLATE "C", {begin}::text COLLATE "C"
        UNION ALL
        SELECT walk.n + 1, hit.name, hit.beginning, {resume}
          FROM walk CROSS JOIN LATERAL (
               SELECT c.name, CASE WHEN cut.at > 0 THEN
                          left(c.name, %(inside)s::int + cut.at - 1 + length(%(delimiter)s::text))
                      END AS beginning
                 FROM container c CROSS JOIN LATERAL (
                      SELECT strpos(substr(c.name, %(inside)s + 1), %(delimiter)s) AS at) AS cut
                WHERE {ahead} AND {_LISTED}
                ORDER BY c.name {order} LIMIT 1) AS hit
         WHERE walk.n < %(limit)s::int)
    SELECT {columns(CollapsedRow, _COLLAPSED)}
      FROM walk LEFT JOIN LATERAL (
          SELECT {columns(ContainerRow, CONTAINER)}
            FROM container c CROSS JOIN LATERAL {PENDING} AS pending
           WHERE walk.beginning IS NULL AND c.account_id = %(owner)s AND c.name = walk.name
           LIMIT 1) AS found ON true
     WHERE walk.n > 0 ORDER BY walk.n
    """


list_containers = Statement("list_containers", ContainerRow, containers_listed("ASC"))
list_containers_reversed = Statement(
    "list_containers_reversed", ContainerRow, containers_listed("DESC")
)

# ``skip``: the delimiter with its last character one higher, hence beyond all that go on after it.
list_collapsed = Statement(
    "list_collapsed_containers",
    CollapsedRow,
    _collapsed(
        "ASC",
        begin="%(first)s",
        ahead="c.name >= walk.resume",
        resume="""
               coalesce(left(hit.beginning, -length(%(delimiter)s)) || %(skip)s::text,
                        hit.name || U&'\\0001')""",
    ),
    before=IN_ORDER,
)
list_collapsed_reversed = Statement(
    "list_collapsed_containers_reversed",
    CollapsedRow,
    _collapsed(
        "DESC",
        begin="%(beyond)s",
        ahead="c.name < walk.resume",
        resume="coalesce(hit.beginning, hit.name)",
    ),
    before=IN_ORDER,
)

# The accounts, other than the caller's, in which something is shared with the caller.
_SHARER = {"account": "sharer.account", "modified": "max(greatest(c.modified, pending.at))"}
list_sharers = Statement(
    "list_sharers",
    Sharer,
    f"""
    SELECT {columns(Sharer, _SHARER)}
      FROM accounts_user caller
      JOIN object_grant g ON g.readers && {CALLED} OR g.writers && {CALLED}
      JOIN container c ON c.id = g.container_id
      JOIN accounts_user sharer ON sharer.id = c.account_id AND sharer.id <> caller.id
           AND {is_served("sharer")}
     CROSS JOIN LATERAL {PENDING} AS pending
     WHERE caller.id = %(caller)s::bigint AND sharer.account > %(marker)s::text
     GROUP BY sharer.account ORDER BY sharer.account LIMIT %(limit)s::int
    """,
)

# Which of ``keys`` are on something shared with the caller: others than the owner learn of no
# more. For each key a walk along version_current, which ends at the first object that has it.
read_granted_keys = Statement(
    "read_granted_keys",
    MetadataKey,
    f"""
    SELECT {columns(MetadataKey, {"key": "used.key"})}
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
