"""A small object of the caller's own: token, right and new version in one statement."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import BY_OWNER, OWNER_ACCESS, OWNER_SPARES
from pithos_api.models.statements.objects.publish import (
    LOCK_NAME,
    PUBLISHED,
    PublishedVersion,
    publishing,
)
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns, same_columns
from pithos_api.values import Access


class OwnPublished(NamedTuple):
    """What was published, and what the caller may do there."""

    access: Access
    version: PublishedVersion


OWN_PUBLISHED: Expressions = {"access": same_columns(Access, "state"), "version": PUBLISHED}

# The short way, as in access.py. Where a quota may count, or another interface writes alone,
# nothing is found, and the long way is gone. 0 is no quota.
OWN_TARGET = f"""
    SELECT {columns(Access, OWNER_ACCESS)}, c.id, c.modified FROM {BY_OWNER}
     WHERE c.quota = 0 AND c.most_objects = 0
       AND coalesce(caller.quota, %(default_quota)s::bigint) = 0 AND NOT c.sealed"""

publish_own = Statement(
    "publish_own",
    OwnPublished,
    publishing(target=OWN_TARGET, actor="state.actor", shown=columns(OwnPublished, OWN_PUBLISHED)),
    before=LOCK_NAME,
    writes=True,
    spares=OWNER_SPARES,
)
