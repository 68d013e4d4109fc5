"""History that is not wanted any more goes for good."""

from pithos_api.models.statements.prepared import Statement

# Where no history is kept: what a write has superseded. Tombstones stay.
forget_superseded = Statement(
    "forget_superseded",
    """
    WITH forgotten AS (
        DELETE FROM version
         WHERE container_id = %(container)s::bigint AND name = %(name)s::text
           AND valid_to <> 'infinity' AND NOT deleted
        RETURNING 1)
    SELECT count(*) FROM forgotten
    """,
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
    SELECT count(*) FROM purged
    """


purge_container = Statement("purge_container", _purge("true"), writes=True)
purge_object = Statement("purge_object", _purge("name = %(name)s::text"), writes=True)


# The next states and tombstones of a container, by name.
look_at_names = Statement(
    "look_at_names",
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

count_beyond = Statement(
    "count_beyond",
    f"WITH {_BEYOND} SELECT count(*), coalesce(sum(size), 0)::bigint FROM beyond",
)
purge_beyond = Statement(
    "purge_beyond",
    f"""
    WITH {_BEYOND},
    free AS (
        SELECT serial FROM version WHERE serial IN (SELECT serial FROM beyond)
         ORDER BY serial FOR UPDATE SKIP LOCKED),
    purged AS (
        DELETE FROM version USING free WHERE version.serial = free.serial
        RETURNING version.size)
    SELECT count(*), coalesce(sum(size), 0)::bigint FROM purged
    """,
    writes=True,
)
