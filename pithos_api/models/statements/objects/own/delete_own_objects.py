"""Deletions of several clients in one transaction: ``delete_own_object`` for a list of requests."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import OWNER_ACCESS, by_owner
from pithos_api.models.statements.objects.delete_object import Buried, then_tombstoned
from pithos_api.models.statements.objects.own.holding import HOLD_EACH, held
from pithos_api.models.statements.objects.publish import NEXT_SERIAL, found_at
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns, same_columns
from pithos_api.values import Access


class AskedBurial(NamedTuple):
    """What became of one of the deletions. place: of it in the list, from 1."""

    place: int
    found: Buried


# The tombstone's number is drawn while the name is locked, so who knows that the version was closed
# knows the number without a look at the tombstone.
_CLOSED = "serial IN (SELECT serial FROM closed)"
_ASKED: Expressions = {
    "place": "place",
    "found": {
        "access": same_columns(Access, "state"),
        "serial": f"CASE WHEN {_CLOSED} THEN new_serial END",
    },
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
        SELECT *, serial IS NOT NULL AS holds,
               CASE WHEN serial IS NOT NULL THEN {NEXT_SERIAL} END AS new_serial
          FROM ({found_at("target.name")}) AS found),
    {then_tombstoned(name="name", closed=_CLOSED, serial="new_serial")}
    SELECT {columns(AskedBurial, _ASKED)} FROM state
    """,
    first=HOLD_EACH,
    writes=True,
)
