"""What users and containers hold, with the changes that are not folded yet: for operators."""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns

_PENDING = """
    SELECT coalesce(sum(d.objects_added), 0) AS objects, coalesce(sum(d.bytes_added), 0) AS bytes
      FROM usage_delta d WHERE d.container_id = c.id"""


class UserUsage(NamedTuple):
    """A user and what their account holds now, in bytes. quota: None takes the default."""

    account: str
    display_name: str
    is_active: bool
    is_operator: bool
    quota: int | None
    containers: int
    objects: int
    bytes: int


class ContainerUsage(NamedTuple):
    """What a container holds: of current objects, and of versions before them, in bytes."""

    account: str
    container: str
    quota: int
    objects: int
    bytes: int
    old_versions: int
    old_bytes: int


class ContainerSum(NamedTuple):
    """What a container holds of current objects, in bytes. quota: 0 is unlimited."""

    container: str
    quota: int
    objects: int
    bytes: int


class UnnamedSum(NamedTuple):
    """What a user has sent that no object of theirs names yet: blocks, and their bytes."""

    account: str
    blocks: int
    bytes: int


class AccountSum(NamedTuple):
    """What the account of a user holds, as far as usage is folded, in bytes."""

    user: int
    objects: int
    bytes: int


_OF_USER = {
    **{
        name: f"u.{name}"
        for name in ("account", "display_name", "is_active", "is_operator", "quota")
    },
    "containers": "used.containers",
    "objects": "used.objects",
    "bytes": "used.bytes",
}
_USED = f"""
    LATERAL (
           SELECT count(*) AS containers,
                  coalesce(sum(c.object_count + pending.objects), 0)::bigint AS objects,
                  coalesce(sum(c.byte_count + pending.bytes), 0)::bigint AS bytes
             FROM container c CROSS JOIN LATERAL ({_PENDING}) AS pending
            WHERE c.account_id = u.id) AS used"""

# account: "" is everybody.
sum_users = Statement(
    "sum_users",
    UserUsage,
    f"""
    SELECT {columns(UserUsage, _OF_USER)}
      FROM accounts_user u CROSS JOIN {_USED}
     WHERE %(account)s::text IN ('', u.account)
     ORDER BY u.account
    """,
)

# A range of user_of_account, which has the order of bytes. No account has the last character.
page_of_users = Statement(
    "page_of_users",
    UserUsage,
    f"""
    SELECT {columns(UserUsage, _OF_USER)}
      FROM (SELECT * FROM accounts_user
             WHERE account > %(after)s::text AND account >= %(prefix)s::text
               AND account < %(prefix)s || chr(1114111)
             ORDER BY account LIMIT %(limit)s::int) AS u
     CROSS JOIN {_USED}
     ORDER BY u.account
    """,
)

largest_users = Statement(
    "largest_users",
    UserUsage,
    f"""
    SELECT {columns(UserUsage, _OF_USER)}
      FROM (SELECT c.account_id, count(*) AS containers,
                   sum(c.object_count)::bigint AS objects, sum(c.byte_count)::bigint AS bytes
              FROM container c GROUP BY c.account_id
             ORDER BY 4 DESC, 1 LIMIT %(limit)s::int) AS used
      JOIN accounts_user u ON u.id = used.account_id
     ORDER BY used.bytes DESC, u.account
    """,
)

sums_by_user = Statement(
    "sums_by_user",
    AccountSum,
    f"""
    SELECT {columns(AccountSum, {"user": "u.id", "objects": "used.objects", "bytes": "used.bytes"})}
      FROM (SELECT id FROM accounts_user WHERE id > %(after)s::bigint
             ORDER BY id LIMIT %(limit)s::int) AS u
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(c.object_count), 0)::bigint AS objects,
                  coalesce(sum(c.byte_count), 0)::bigint AS bytes
             FROM container c WHERE c.account_id = u.id) AS used
     ORDER BY u.id
    """,
)

# An index-only scan of unnamed_claims, which has few rows of each user.
unnamed_by_user = Statement(
    "unnamed_by_user",
    UnnamedSum,
    f"""
    SELECT {
        columns(
            UnnamedSum, {"account": "u.account", "blocks": "sent.blocks", "bytes": "sent.bytes"}
        )
    }
      FROM (SELECT user_id, count(*) AS blocks, sum(pending)::bigint AS bytes
              FROM block_claim WHERE pending IS NOT NULL
             GROUP BY user_id ORDER BY 3 DESC LIMIT %(limit)s::int) AS sent
      JOIN accounts_user u ON u.id = sent.user_id
     ORDER BY sent.bytes DESC, u.account
    """,
)

# The largest first. What is before them is another matter: it takes a look at each version.
largest_containers = Statement(
    "largest_containers",
    ContainerSum,
    f"""
    SELECT {
        columns(
            ContainerSum,
            {
                "container": "c.name",
                "quota": "c.quota",
                "objects": "(c.object_count + pending.objects)::bigint",
                "bytes": "(c.byte_count + pending.bytes)::bigint",
            },
        )
    }
      FROM accounts_user u
      JOIN container c ON c.account_id = u.id
     CROSS JOIN LATERAL ({_PENDING}) AS pending
     WHERE u.account = %(account)s::text
     ORDER BY 4 DESC, 1 LIMIT %(limit)s::int
    """,
)

sum_containers = Statement(
    "sum_containers",
    ContainerUsage,
    f"""
    SELECT {
        columns(
            ContainerUsage,
            {
                "account": "u.account",
                "container": "c.name",
                "quota": "c.quota",
                "objects": "(c.object_count + pending.objects)::bigint",
                "bytes": "(c.byte_count + pending.bytes)::bigint",
                "old_versions": "past.versions",
                "old_bytes": "past.bytes",
            },
        )
    }
      FROM accounts_user u
      JOIN container c ON c.account_id = u.id
     CROSS JOIN LATERAL ({_PENDING}) AS pending
     CROSS JOIN LATERAL (
           SELECT count(*) AS versions, coalesce(sum(v.size), 0)::bigint AS bytes
             FROM version v
            WHERE v.container_id = c.id AND v.valid_to < 'infinity' AND NOT v.deleted) AS past
     WHERE %(account)s::text IN ('', u.account)
     ORDER BY u.account, c.name
    """,
)
