"""Who is calling, and what they may do where: the part that every request's statement shares.

CALLER is the user of a valid token, or an active user that the front door vouches for
(a static or scoped token, an external provider). It has no row where the caller is nobody, so
no cached answer can outlive a revoked token or a suspended user. A token with a scope is nobody
here: only the front door, which knows the scope, vouches for its user.

A right is a sum of bits (``values.Right``). Only for others than the owner are grants and
groups looked at, and only where a container ever had any.

A user who is not active is suspended. What is theirs is withheld from others.
"""

from typing import NamedTuple

from django.conf import settings

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns
from pithos_api.values import Access, Right


class FoundAccess(NamedTuple):
    """Who calls, and what they may do."""

    access: Access


def _caller(vouched: str) -> str:
    return f"""
    (SELECT u.id, u.account,
            t.last_used IS NULL OR t.last_used < now() - interval '1 hour' AS unnoted
       FROM accounts_token t JOIN accounts_user u ON u.id = t.user_id
      WHERE t.digest = %(token)s::bytea AND t.revoked IS NULL AND t.scope IS NULL
        AND (t.expires IS NULL OR t.expires > now()) AND u.is_active
     UNION ALL
     SELECT u.id, u.account, false FROM accounts_user u
      WHERE u.account = {vouched}::text AND u.is_active
     UNION ALL
     SELECT 0, '', false WHERE {vouched} = '') AS caller
"""


CALLER = _caller("%(vouched)s")


def is_served(user: str) -> str:
    """Return SQL for whether others get what a user has; ``user`` is their row."""
    return "true" if settings.PITHOS_SERVE_SUSPENDED else f"{user}.is_active"


def _called(counts: str) -> str:
    """Return SQL for every name under which the caller may stand in a grant.

    counts: SQL for whether a group of the user ``lead`` counts.
    """
    return f"""
    (CASE WHEN caller.id > 0 THEN ARRAY['*', caller.account::text] ELSE '{{}}' END || ARRAY(
        SELECT lead.account || ':' || g.name
          FROM group_member g JOIN accounts_user lead ON lead.id = g.owner_id
         WHERE g.member = caller.account AND {counts}))
"""


# Who shows no token has none: 0 is they, where the door lets them in at all.
CALLED = _called(is_served("lead"))

# In what has an ``owner``: their groups count, also while they are suspended. So what is withheld
# can be told from what the caller never had.
CALLED_THERE = _called(f"({is_served('lead')} OR lead.id = owner.id)")


class PlaceNames(NamedTuple):
    """SQL for what a path consists of, as columns or parameters.

    covers: the object's name and all its parents; at most one of them has a grant.
    vouched: for whom the front door vouches there.
    """

    account: str = "%(account)s"
    container: str = "%(container)s"
    name: str = "%(name)s"
    covers: str = "%(covers)s"
    vouched: str = "%(vouched)s"


def _in_container(place: PlaceNames) -> str:
    return f"""
    {_caller(place.vouched)}
    LEFT JOIN accounts_user owner ON owner.account = {place.account}::text
    LEFT JOIN container c ON c.account_id = owner.id AND c.name = {place.container}::text
"""


def on_object(place: PlaceNames) -> str:
    """Return SQL for ``caller``, ``owner``, ``c``, and what shares the object at a path."""
    return f"""
    {_in_container(place)}
    LEFT JOIN object_grant granted ON granted.container_id = c.id
          AND granted.path = ANY (CASE WHEN c.has_grants THEN {place.covers}::text[] END)
    LEFT JOIN publication public ON public.container_id = c.id
          AND public.name = CASE WHEN c.has_publications THEN {place.name}::text END
"""


HERE = PlaceNames()
IN_CONTAINER = _in_container(HERE)
ON_OBJECT = on_object(HERE)

# Whole containers, as X-Container-Read and -Write say: most say nothing.
_WRITES = f"c.writers <> '{{}}' AND c.writers && {CALLED_THERE}"
_READS = f"c.readers <> '{{}}' AND c.readers && {CALLED_THERE}"

# Whether the page that leads here is one whose visitors may read: the last rule about it counts.
REFERRED = """
    (c.readers <> '{}' AND coalesce((
        SELECT NOT starts_with(rule.member, '.r:-')
          FROM unnest(c.readers) WITH ORDINALITY AS rule (member, place)
         CROSS JOIN LATERAL (SELECT ltrim(substr(rule.member, 4), '-') AS host) AS named
         WHERE starts_with(rule.member, '.r:')
           AND (named.host IN ('*', %(referrer)s::text)
                OR starts_with(named.host, '.')
                   AND right(%(referrer)s, length(named.host)) = named.host)
         ORDER BY rule.place DESC LIMIT 1), false))
"""

_READER = Right.READ | Right.READ_HISTORY
_WRITER = _READER | Right.WRITE
_KEEPER = _WRITER | Right.DELETE | Right.LIST | Right.MANAGE


def by_account_lists(account: str, called: str) -> str:
    """Return SQL for the rights by the lists of a whole account, which most have not.

    account: its row id. called: the names of the caller.
    """
    return f"""
    coalesce((SELECT CASE WHEN acl.admins && called.names THEN {Right.OWN:d}
                          WHEN acl.writers && called.names THEN {_KEEPER:d}
                          WHEN acl.readers && called.names THEN {_READER | Right.LIST:d} END
                FROM account acl CROSS JOIN LATERAL (SELECT {called} AS names OFFSET 0) AS called
               WHERE acl.user_id = {account} AND (acl.readers <> '{{}}' OR acl.writers <> '{{}}'
                                                  OR acl.admins <> '{{}}')), 0)
"""


BY_ACCOUNT = by_account_lists("owner.id", CALLED_THERE)
_BY_LIST = f"CASE WHEN {_WRITES} THEN {Right.WRITE | Right.DELETE:d} ELSE 0 END"

# A grant to write is one to read, and shows the past. Lists and publications show what is
# current, and a list of writers does not even that.
OBJECT_RIGHT = f"""
    CASE WHEN caller.id = owner.id THEN {Right.OWN:d} ELSE
        CASE WHEN granted.writers && {CALLED_THERE} THEN {_WRITER:d}
             WHEN granted.readers && {CALLED_THERE} THEN {_READER:d}
             WHEN public.key IS NOT NULL AND caller.id > 0
                  OR {_READS} OR {REFERRED} THEN {Right.READ:d}
             ELSE 0 END
        | {_BY_LIST} | {BY_ACCOUNT} END
"""

CONTAINER_RIGHT = f"""
    CASE WHEN caller.id = owner.id THEN {Right.OWN:d} ELSE
        CASE WHEN EXISTS (SELECT 1 FROM object_grant g
                     WHERE g.container_id = c.id AND g.writers && {CALLED_THERE}) THEN {_WRITER:d}
             WHEN EXISTS (SELECT 1 FROM object_grant g
                     WHERE g.container_id = c.id AND g.readers && {CALLED_THERE}) THEN {_READER:d}
             ELSE 0 END
        | CASE WHEN {_READS} OR '.rlistings' = ANY(c.readers) AND {REFERRED}
               THEN {Right.READ | Right.LIST:d} ELSE 0 END
        | {_BY_LIST} | {BY_ACCOUNT} END
"""


_FIELDS = "id, quota, most_objects, versioning, modified, sealed, archive"


# The short way: the caller has a token of the account's owner, and nothing in the container was
# ever shared. Whatever is not so has no row here, and is asked for in full. OFFSET 0 keeps the
# planner from joining in another order: from what little it knows of a young table it would
# rather read all containers than follow the unique indexes from the token on.
def by_owner(token: str, account: str, container: str, fields: str = _FIELDS) -> str:
    """Return SQL for ``caller`` and ``c``, of SQL for what the request shows and names.

    fields: SELECT list of the container's.
    """
    return f"""
    (SELECT u.id, u.account, u.quota,
            t.last_used IS NULL OR t.last_used < now() - interval '1 hour' AS unnoted
       FROM accounts_token t JOIN accounts_user u ON u.id = t.user_id
      WHERE t.digest = {token} AND t.revoked IS NULL AND t.scope IS NULL
        AND (t.expires IS NULL OR t.expires > now())
        AND u.is_active AND u.account = {account}
     OFFSET 0) AS caller
    CROSS JOIN LATERAL (
     SELECT {fields} FROM container
      WHERE account_id = caller.id AND name = {container}
        AND NOT has_grants AND NOT has_publications
     OFFSET 0) AS c
"""


_SHOWN = ("%(token)s::bytea", "%(account)s::text", "%(container)s::text")
BY_OWNER = by_owner(*_SHOWN)
WHOLE_BY_OWNER = by_owner(*_SHOWN, "*, xmin::text AS row_version")
# What is asked with them, and is for those who are not owners.
OWNER_SPARES = ("vouched", "name", "covers", "referrer")
# Where only the number of objects is limited, a write is judged like one under a quota, too.
CONTAINER_QUOTA = """
    CASE WHEN c.quota = 0 AND c.most_objects > 0 THEN 9223372036854775807 ELSE c.quota END"""

OWNER_ACCESS = {
    "actor": "caller.id",
    "account": "caller.account",
    "unnoted": "caller.unnoted",
    "owner": "caller.id",
    "container": "c.id",
    "right": f"{Right.OWN:d}",
    "account_quota": "caller.quota",
    "container_quota": CONTAINER_QUOTA,
    "keeps_history": "c.versioning <> 'none'",
    "suspended": "false",
    "sealed": "c.sealed",
    "archives": "c.archive IS NOT NULL",
}


# Of an account that nobody has it is false.
SUSPENDED = f"owner.id IS NOT NULL AND NOT {is_served('owner')}"


def access_by(right: str) -> dict[str, str]:
    """Return SQL for the fields of ``Access``. right: SQL for what the caller may do."""
    return {
        "actor": "caller.id",
        "account": "caller.account",
        "unnoted": "caller.unnoted",
        "owner": "coalesce(owner.id, 0)",
        "container": "coalesce(c.id, 0)",
        "right": right,
        "account_quota": "owner.quota",
        "container_quota": CONTAINER_QUOTA,
        "keeps_history": "c.versioning IS DISTINCT FROM 'none'",
        "suspended": SUSPENDED,
        "sealed": "coalesce(c.sealed, false)",
        "archives": "c.archive IS NOT NULL",
    }


def _select(access: dict[str, str]) -> str:
    return f"SELECT {columns(FoundAccess, {'access': access})}"


# Nested loops over unique indexes: accounts_token_pkey, accounts_user_pkey,
# user_of_account, container_of_account, grant_of_path, publication_of_name.
authorize = Statement(
    "authorize", FoundAccess, f"{_select(access_by(OBJECT_RIGHT))} FROM {ON_OBJECT}"
)

authorize_owner = Statement(
    "authorize_owner", FoundAccess, f"{_select(OWNER_ACCESS)} FROM {BY_OWNER}", spares=OWNER_SPARES
)

authorize_container = Statement(
    "authorize_container",
    FoundAccess,
    f"{_select(access_by(CONTAINER_RIGHT))} FROM {IN_CONTAINER}",
)

_NOWHERE = {
    "actor": "caller.id",
    "account": "caller.account",
    "unnoted": "caller.unnoted",
    "owner": "0",
    "container": "0",
    "right": "0",
    "account_quota": "NULL",
    "container_quota": "NULL",
    "keeps_history": "true",
    "suspended": "false",
    "sealed": "false",
    "archives": "false",
}
find_caller = Statement("find_caller", FoundAccess, f"{_select(_NOWHERE)} FROM {CALLER}")
