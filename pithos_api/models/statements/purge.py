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
