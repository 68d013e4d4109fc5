"""Deletions of several clients in one transaction: ``delete_own_object`` for a list of requests."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import OWNER_ACCESS, by_owner
from pithos_api.models.statements.objects.delete_object import Buried, then_tombstoned
from pithos_api.models.statements.objects.own.holding import HOLD_EACH, held
from pithos_api.models.statements.objects.publish import found_at
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns, same_columns
from pithos_api.values import Access


class AskedBurial(NamedTuple):
    """What became of one of the deletions. place: of it in the list, from 1."""

    place: int
    found: Buried


_ASKED: Expressions = {
    "place": "state.place",
    "found": {"access": same_columns(Access, "state"), "serial": "tombstoned.serial"},
}

delete_own_objects = Statement(
    "delete_own_objects",
    AskedBurial,
    f"""
    WITH {held()},
    target AS (
        SELECT {columns(Access, OWNER_ACCESS)}, c.id, c.modified, held.place, held.name
          FROM held
         CROSS JOIN LATERAL {by_owner("held.token", "held.account", "held.container")}),
    state AS MATERIALIZED (
        SELECT *, serial IS NOT NULL AS holds FROM ({found_at("target.name")}) AS found),
    {then_tombstoned(name="state.name", closed="serial IN (SELECT serial FROM closed)")}
    SELECT {columns(AskedBurial, _ASKED)}
      FROM state
      LEFT JOIN tombstoned ON tombstoned.container_id = state.id AND tombstoned.name = state.name
    """,
    first=HOLD_EACH,
    writes=True,
)
