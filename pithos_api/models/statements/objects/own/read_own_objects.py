"""Many objects at once, each with its own token: ``read_own_object`` for a list of requests."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import by_owner
from pithos_api.models.statements.hashmaps.hashmap_pieces import two_digests
from pithos_api.models.statements.objects.read_object import (
    OWN_CURRENT,
    OWN_OBJECT,
    SHORT_HASHMAP,
    OwnObject,
    unless_kept,
)
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns


class AskedObject(NamedTuple):
    """What was found for one of the requests. place: of the request in the list, from 1."""

    place: int
    found: OwnObject


# Who wants no more than two blocks has their digests alone.
_HASHMAP = f"""
    CASE WHEN asked.first IS NOT NULL THEN {two_digests("v", "asked.first")}
         WHEN asked.content THEN {SHORT_HASHMAP} END"""
_ASKED: Expressions = {
    "place": "asked.place",
    "found": {**OWN_OBJECT, "hashmap": _HASHMAP, "data": unless_kept("asked.kept")},
}

# For each request nested loops over the same unique indexes as for one. OFFSET 0 and LATERAL keep
# the planner from reading whole tables for what it takes for long lists.
read_own_objects = Statement(
    "read_own_objects",
    AskedObject,
    f"""
    SELECT {columns(AskedObject, _ASKED)}
      FROM unnest(%(tokens)s::bytea[], %(accounts)s::text[], %(containers)s::text[],
                  %(names)s::text[], %(contents)s::boolean[], %(firsts)s::integer[],
                  %(kepts)s::bytea[])
           WITH ORDINALITY AS asked (token, account, container, name, content, first, kept, place)
     CROSS JOIN LATERAL {by_owner("asked.token", "asked.account", "asked.container")}
     CROSS JOIN LATERAL (
           SELECT * FROM version
            WHERE container_id = c.id AND name = asked.name AND {OWN_CURRENT}
           OFFSET 0) AS v
      LEFT JOIN LATERAL (
           SELECT data FROM block
            WHERE asked.content AND v.hashmap IS NULL AND asked.kept IS DISTINCT FROM v.merkle
              AND digest = v.merkle
           OFFSET 0) AS b ON true
    """,
)
