"""What a container that is a website says of itself. Who may read it is asked with each object."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import is_served
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns


class WebsiteRow(NamedTuple):
    """A container with metadata that makes it a website. meta: JSON."""

    meta: str


# Nested loop over user_of_account and container_of_account.
find_website = Statement(
    "find_website",
    WebsiteRow,
    f"""
    SELECT {columns(WebsiteRow, {"meta": "c.meta"})}
      FROM accounts_user owner JOIN container c ON c.account_id = owner.id
     WHERE owner.account = %(account)s::text AND c.name = %(container)s::text
       AND {is_served("owner")}
       AND (c.meta ? 'Web-Index' OR c.meta ? 'Web-Listings' OR c.meta ? 'Web-Error')
    """,
)
