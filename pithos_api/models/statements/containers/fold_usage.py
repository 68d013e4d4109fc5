"""Pending usage goes from ``usage_delta`` into the containers, some thousand rows at a time."""

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted

# One folder at a time, or two would each set ``meta_keys`` without the other's changes. A
# reader sees a row pending or folded, never both; a key that no object carries any more goes.
fold_usage = Statement(
    "fold_usage",
    Counted,
    """
    WITH taken AS (
        DELETE FROM usage_delta WHERE id IN (
            SELECT id FROM usage_delta ORDER BY id LIMIT %(limit)s::int)
        RETURNING container_id, objects_added, bytes_added, meta_keys, at),
    summed AS (
        SELECT container_id, sum(objects_added) AS objects, sum(bytes_added) AS bytes,
               max(at) AS at
          FROM taken GROUP BY container_id),
    last_second AS (
        SELECT container_id, count(DISTINCT taken.at) AS changes
          FROM taken JOIN summed USING (container_id)
         WHERE taken.at >= date_trunc('second', summed.at) GROUP BY container_id),
    keyed AS (
        SELECT container_id, jsonb_object_agg(key, n) FILTER (WHERE n > 0) AS counts
          FROM (SELECT container_id, key, sum(n) AS n FROM (
                    SELECT taken.container_id, change.key, change.value::bigint AS n
                      FROM taken, jsonb_each_text(taken.meta_keys) AS change
                    UNION ALL
                    SELECT c.id, known.key, known.value::bigint
                      FROM container c, jsonb_each_text(c.meta_keys) AS known
                     WHERE c.id IN (SELECT container_id FROM taken WHERE meta_keys IS NOT NULL)
                ) AS every GROUP BY container_id, key) AS added
         GROUP BY container_id),
    folded AS (
        UPDATE container SET object_count = object_count + summed.objects,
                             byte_count = byte_count + summed.bytes,
                             modified = greatest(modified, summed.at),
                             shares_second =
                                 CASE date_trunc('second', summed.at)
                                      < date_trunc('second', modified)
                                      WHEN true THEN shares_second
                                      ELSE last_second.changes > 1
                                           OR modified >= date_trunc('second', summed.at) END,
                             meta_keys = CASE WHEN keyed.container_id IS NULL THEN meta_keys
                                              ELSE coalesce(keyed.counts, '{}') END
          FROM summed JOIN last_second USING (container_id)
               LEFT JOIN keyed USING (container_id)
         WHERE container.id = summed.container_id
        RETURNING 1)
    SELECT count(*) AS rows FROM taken
    """,
    before="SELECT pg_advisory_xact_lock(2, 0); ",
    writes=True,
)
