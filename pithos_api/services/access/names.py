"""Every name by which a grant or a list can mean a caller."""

from pithos_api.models.statements.access.identities import identities as identities_statement
from pithos_api.values import Access


def identities(access: Access) -> list[str]:
    """Return every name by which a grant can mean the caller."""
    row = identities_statement.one({"caller": access.actor})
    return list(row[0]) if row else []
