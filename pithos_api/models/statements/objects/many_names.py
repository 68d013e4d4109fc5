"""Whether a range of names has very many versions, at the cost of counting no more than that."""

from typing import NamedTuple

from pithos_api.models.statements.listings.list_objects import IN_ORDER
from pithos_api.models.statements.prepared import Statement


class ManyVersions(NamedTuple):
    """There are more than ``few``."""

    many: bool


# Index: version_history.
many_versions = Statement(
    "many_versions",
    ManyVersions,
    """
    SELECT true AS many
      FROM accounts_user owner
      JOIN container c ON c.account_id = owner.id AND c.name = %(container)s::text
      JOIN version v ON v.container_id = c.id
     WHERE owner.account = %(account)s::text
       AND v.name >= %(first)s::text AND v.name < %(beyond)s::text
    OFFSET %(few)s::int LIMIT 1
    """,
    before=IN_ORDER,
)
