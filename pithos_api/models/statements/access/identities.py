"""The names under which an account may stand in grants."""

from pithos_api.models.statements.access.rights import CALLED
from pithos_api.models.statements.prepared import Statement

identities = Statement(
    "identities",
    f"SELECT {CALLED} FROM accounts_user caller WHERE caller.id = %(caller)s::bigint",
)
