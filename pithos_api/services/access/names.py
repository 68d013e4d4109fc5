"""Every name under which a caller may stand in a list."""

from pithos_api.models.statements.access.identities import identities as identities_statement
from pithos_api.values import Access


def identities(access: Access) -> list[str]:
    """Return every name under which the caller may stand in a grant."""
    row = identities_statement.one({"caller": access.actor})
    return row.names if row else []
