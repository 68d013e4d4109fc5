"""History that is not wanted any more goes for good."""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted, columns


class FoundName(NamedTuple):
    """The name of a state or a tombstone."""

    name: str


class Purged(NamedTuple):
    """How many states and tombstones are purged, and how many bytes those had."""

    versions: int
    size: int


# Where no history is kept: what a write has superseded. Tombstones stay, and so does what began
# before that was so, where a client of Swift has suspended versions.
def _forget(which: str) -> str:
    return f"""
    WITH forgotten AS (
        DELETE FROM version
         WHERE container_id = %(container)s::bigint AND {which}
           AND valid_to <> 'infinity' AND NOT deleted
           AND valid_from > coalesce((SELECT history_until FROM container
                                       WHERE id = %(container)s), '-infinity')
        RETURNING 1)
    SELECT count(*) AS rows FROM forgotten
    """


forget_superseded = Statement(
    "forget_superseded", Counted, _forget("name = %(name)s::text"), writes=True
)
forget_all_superseded = Statement(
    "forget_all_superseded", Counted, _forget("name = ANY(%(names)s::text[])"), writes=True
)
# Of all names in a range that got a new state, or a tombstone, at a moment.
forget_superseded_at = Statement(
    "forget_superseded_at",
    Counted,
    _forget("""name IN (
        SELECT name FROM version
         WHERE container_id = %(container)s AND name >= %(first)s::text AND name < %(beyond)s::text
           AND valid_from = %(moment)s::timestamptz)"""),
    writes=True,
)


def _purge(which: str) -> str:
    """Return SQL that drops superseded versions and tombstones begun at or before ``until``.

    What is current is never touched. Index: version_history.
    """
    return f"""
    WITH purged AS (
        DELETE FROM version
         WHERE container_id = %(container)s::bigint AND {which}
           AND valid_to <> 'infinity' AND valid_from <= to_timestamp(%(until)s::float8)
        RETURNING 1)
    SELECT count(*) AS rows FROM purged
    """


purge_container = Statement("purge_container", Counted, _purge("true"), writes=True)
purge_object = Statement("purge_object", Counted, _purge("name = %(name)s::text"), writes=True)


# The next states and tombstones of a container, by name.
look_at_names = Statement(
    "look_at_names",
    FoundName,
    """
    SELECT name FROM version WHERE container_id = %(container)s::bigint AND name > %(after)s::text
     ORDER BY name LIMIT %(limit)s::int
    """,
)

# History beyond what is kept: what ended more than ``days`` ago, and all but the newest
# ``versions`` states of a name; 0 is no limit. A tombstone is no state; it goes when no state
# before it would stay. ``limit`` rows at most; those that others hold are passed over.
_BEYOND = """
    ranked AS (
        SELECT serial, size, valid_to, deleted,
               count(*) FILTER (WHERE NOT deleted)
                   OVER (PARTITION BY name ORDER BY valid_from DESC) AS nth
          FROM version
         WHERE container_id = %(container)s::bigint AND valid_to <> 'infinity'
           AND name > %(after)s::text AND name <= %(last)s::text),
    beyond AS (
        SELECT serial, size FROM ranked
         WHERE (%(days)s::int > 0 AND valid_to <= now() - make_interval(days => %(days)s))
            OR (%(versions)s::int > 0 AND nth > %(versions)s - deleted::int)
         LIMIT %(limit)s::int)"""

_PURGED = {"versions": "count(*)", "size": "coalesce(sum(size), 0)::bigint"}
count_beyond = Statement(
    "count_beyond",
    Purged,
    f"WITH {_BEYOND} SELECT {columns(Purged, _PURGED)} FROM beyond",
)
purge_beyond = Statement(
    "purge_beyond",
    Purged,
    f"""
    WITH {_BEYOND},
    free AS (
        SELECT serial FROM version WHERE serial IN (SELECT serial FROM beyond)
         ORDER BY serial FOR UPDATE SKIP LOCKED),
    purged AS (
        DELETE FROM version USING free WHERE version.serial = free.serial
        RETURNING version.size)
    SELECT {columns(Purged, _PURGED)} FROM purged
    """,
    writes=True,
)
