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


# account: "" is everybody.
sum_users = Statement(
    "sum_users",
    UserUsage,
    f"""
    SELECT {
        columns(
            UserUsage,
            {
                **{
                    name: f"u.{name}"
                    for name in ("account", "display_name", "is_active", "is_operator", "quota")
                },
                "containers": "used.containers",
                "objects": "used.objects",
                "bytes": "used.bytes",
            },
        )
    }
      FROM accounts_user u
     CROSS JOIN LATERAL (
           SELECT count(*) AS containers,
                  coalesce(sum(c.object_count + pending.objects), 0)::bigint AS objects,
                  coalesce(sum(c.byte_count + pending.bytes), 0)::bigint AS bytes
             FROM container c CROSS JOIN LATERAL ({_PENDING}) AS pending
            WHERE c.account_id = u.id) AS used
     WHERE %(account)s::text IN ('', u.account)
     ORDER BY u.account
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
