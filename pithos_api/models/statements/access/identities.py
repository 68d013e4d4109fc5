"""The names under which an account may stand in grants."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import CALLED
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns


class Called(NamedTuple):
    """All that somebody is called in grants."""

    names: list[str]


identities = Statement(
    "identities",
    Called,
    f"""
    SELECT {columns(Called, {"names": CALLED})}
      FROM accounts_user caller WHERE caller.id = %(caller)s::bigint
    """,
)
