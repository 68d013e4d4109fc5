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

# Superseded versions and tombstones that began at or before ``until``; of one name, or with
# NULL of all. What is current is never touched. Index: version_history.
purge_history = Statement(
    "purge_history",
    """
    WITH purged AS (
        DELETE FROM version
         WHERE container_id = %(container)s::bigint
           AND (%(name)s::text IS NULL OR name = %(name)s)
           AND valid_to <> 'infinity' AND valid_from <= to_timestamp(%(until)s::float8)
        RETURNING 1)
    SELECT count(*) FROM purged
    """,
    writes=True,
)
