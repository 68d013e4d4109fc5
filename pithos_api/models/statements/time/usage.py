"""What a part of the store takes: its objects, its history, and its blocks, each of them once."""

from typing import NamedTuple

from pithos_api.models.statements.hashmaps.hashmap_pieces import named_in_pieces, parts_of
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns


class PartUsage(NamedTuple):
    """Objects and the states before them, and the blocks that these are made of.

    stored: bytes of all blocks, each counted once, without the NULs at its end; unique: of those
    that nothing outside names; freed: of those that nothing would name after the purge.
    """

    current_bytes: int
    current_objects: int
    history_bytes: int
    history_versions: int
    stored: int
    unique: int
    freed: int


def _within(version: str) -> str:
    """Return SQL for whether a version is of the containers, and its name in the range."""
    return f"""({version}.container_id = ANY(%(containers)s::bigint[])
         AND {version}.name >= %(first)s::text AND {version}.name < %(beyond)s::text)"""


# Of each digest two probes find out whether something outside names it, as garbage collection
# looks for anything that does. ``purged`` is what DELETE?until would drop; NULL until is nothing.
_PURGED = """coalesce(valid_to <> 'infinity' AND valid_from <= to_timestamp(%(until)s::float8),
                      false)"""
_SUMS = {
    "current_bytes": "counted.current_bytes",
    "current_objects": "counted.current_objects",
    "history_bytes": "counted.history_bytes",
    "history_versions": "counted.history_versions",
    "stored": "coalesce(sum(size), 0)::bigint",
    "unique": "coalesce(sum(size) FILTER (WHERE NOT outside), 0)::bigint",
    "freed": "coalesce(sum(size) FILTER (WHERE NOT outside AND purged), 0)::bigint",
}
sum_usage = Statement(
    "sum_usage",
    PartUsage,
    f"""
    WITH counted AS (
        SELECT coalesce(sum(v.size) FILTER (WHERE v.valid_to = 'infinity'), 0)::bigint
                   AS current_bytes,
               count(*) FILTER (WHERE v.valid_to = 'infinity') AS current_objects,
               coalesce(sum(v.size) FILTER (WHERE v.valid_to <> 'infinity'), 0)::bigint
                   AS history_bytes,
               count(*) FILTER (WHERE v.valid_to <> 'infinity') AS history_versions
          FROM version v WHERE {_within("v")} AND NOT v.deleted),
    named AS MATERIALIZED (
        SELECT digest, bool_and(purged) AS purged FROM (
            SELECT v.merkle AS digest, {_PURGED} AS purged FROM version v
             WHERE {_within("v")} AND NOT v.deleted
               AND v.hashmap IS NULL AND v.pieces IS NULL
            UNION ALL
            SELECT substr(part.digests, 32 * place + 1, 32), {_PURGED} FROM version v
             CROSS JOIN LATERAL {parts_of("v")} AS part
             CROSS JOIN LATERAL generate_series(0, length(part.digests) / 32 - 1) AS place
             WHERE {_within("v")} AND (v.hashmap IS NOT NULL OR v.pieces IS NOT NULL)) AS each
         GROUP BY digest),
    judged AS MATERIALIZED (
        SELECT b.size, named.purged,
               (SELECT 1 FROM version v WHERE v.merkle = b.digest AND NOT {_within("v")}
                 LIMIT 1) IS NOT NULL
               OR (SELECT 1 FROM version v
                    WHERE v.hashmap IS NOT NULL
                      AND block_keys(v.hashmap) @> ARRAY[substr(b.digest, 1, 8)]
                      AND NOT {_within("v")}
                    LIMIT 1) IS NOT NULL
               OR {named_in_pieces("b.digest", f"NOT {_within('v')}")} IS NOT NULL AS outside
          FROM named JOIN block b ON b.digest = named.digest)
    SELECT {columns(PartUsage, _SUMS)}
      FROM counted LEFT JOIN judged ON true
     GROUP BY counted.current_bytes, counted.current_objects, counted.history_bytes,
              counted.history_versions
    """,
)
