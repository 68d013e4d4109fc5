"""What a symlink reads as: every place on the way, with the caller's rights there."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import PlaceNames
from pithos_api.models.statements.objects.read_object import FoundObject, reading_at
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import column_names
from pithos_api.values import MOST_SYMLINKS, Right


class Hop(NamedTuple):
    """A place that a symlink leads to, and what is there: see ``FoundObject``."""

    at_account: str
    at_container: str
    at_name: str
    found: FoundObject


# The name and all its parents, as ``ObjectPath.covers`` has them.
_COVERS = """
    ARRAY(SELECT array_to_string(parts.all_of[:depth], '/')
            FROM (SELECT string_to_array(place.at_name, '/') AS all_of) AS parts
           CROSS JOIN LATERAL generate_subscripts(parts.all_of, 1) AS depth)"""
_PLACE = PlaceNames(
    account="place.at_account",
    container="place.at_container",
    name="place.at_name",
    covers=_COVERS,
    vouched="CASE WHEN %(everywhere)s::boolean THEN place.at_account ELSE %(vouched)s::text END",
)
_AT_PLACE = reading_at(_PLACE, "v.valid_to = 'infinity'", "v.valid_from")

# Nested loops as in ``read_object``, once for each place. What the caller may not read leads
# nowhere: neither the answer nor the work tells of it.
follow_symlinks = Statement(
    "follow_symlinks",
    Hop,
    f"""
    WITH RECURSIVE hop AS (
        SELECT 1 AS number, place.*, found.*
          FROM (SELECT %(account)s::text AS at_account, %(container)s::text AS at_container,
                       %(name)s::text AS at_name) AS place
         CROSS JOIN LATERAL ({_AT_PLACE}) AS found
        UNION ALL
        SELECT hop.number + 1, place.*, found.*
          FROM hop
         CROSS JOIN LATERAL (
               SELECT coalesce(hop.symlink ->> 'account', hop.at_account),
                      hop.symlink ->> 'container', hop.symlink ->> 'name')
               AS place (at_account, at_container, at_name)
         CROSS JOIN LATERAL ({_AT_PLACE}) AS found
         WHERE hop.symlink IS NOT NULL AND hop.number < {MOST_SYMLINKS}
           AND hop."right" & {Right.READ:d} > 0)
    SELECT {", ".join(f'"{name}"' for name in column_names(Hop))} FROM hop ORDER BY number
    """,
    spares=("covers",),
)
