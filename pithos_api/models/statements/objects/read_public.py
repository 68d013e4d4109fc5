"""A published object by its key, without a token."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import is_served
from pithos_api.models.statements.objects.read_object import VERSION, VersionRow
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns


class PublicObject(NamedTuple):
    """An object, and where it is."""

    account: str
    owner: int
    container: int
    container_name: str
    name: str
    version: VersionRow


_PUBLIC: Expressions = {
    "account": "owner.account",
    "owner": "owner.id",
    "container": "c.id",
    "container_name": "c.name",
    "name": "p.name",
    "version": VERSION,
}

# publication_pkey, then version_current.
read_public = Statement(
    "read_public",
    PublicObject,
    f"""
    SELECT {columns(PublicObject, _PUBLIC)}
      FROM publication p
      JOIN container c ON c.id = p.container_id
      JOIN accounts_user owner ON owner.id = c.account_id AND {is_served("owner")}
      JOIN version v ON v.container_id = c.id AND v.name = p.name AND v.valid_to = 'infinity'
      LEFT JOIN block b ON v.hashmap IS NULL AND b.digest = v.merkle
     WHERE p.key = %(key)s::text
    """,
)
