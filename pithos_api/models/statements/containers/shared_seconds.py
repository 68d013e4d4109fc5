"""Whether an account or a container had another state in a second, as far as is remembered.

A date in a condition has whole seconds. These statements are asked only where one names the second
of the last change.
"""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement


class SharedSecond(NamedTuple):
    """Whether there was more than one change."""

    shared: bool


_CHANGES = """
    SELECT c.modified AS at, c.shares_second FROM container c WHERE {container}
    UNION ALL
    SELECT d.at, false FROM container c JOIN usage_delta d ON d.container_id = c.id
     WHERE {container}"""

# A container of its name may have been deleted in the second in which it was made.
_REMADE = """
    UNION ALL
    SELECT c.created, true FROM container c JOIN account a ON a.user_id = c.account_id
     WHERE c.id = %(container)s::bigint AND a.modified >= to_timestamp(%(second)s::bigint)
       AND (a.shares_second OR a.modified <> c.created)"""

_OF_ACCOUNT = """
    UNION ALL
    SELECT a.modified, a.shares_second FROM account a WHERE a.user_id = %(owner)s::bigint"""


def _shared_second(changes: str) -> str:
    return f"""
    SELECT count(DISTINCT at) > 1 OR coalesce(bool_or(shares_second), false) AS shared
      FROM ({changes}) AS change
     WHERE at >= to_timestamp(%(second)s::bigint)"""


container_shared_second = Statement(
    "container_shared_second",
    SharedSecond,
    _shared_second(_CHANGES.format(container="c.id = %(container)s::bigint") + _REMADE),
)
account_shared_second = Statement(
    "account_shared_second",
    SharedSecond,
    _shared_second(_CHANGES.format(container="c.account_id = %(owner)s::bigint") + _OF_ACCOUNT),
)
