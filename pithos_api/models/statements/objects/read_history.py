"""What containers and accounts were at a time. The past has no counters of its own."""

from datetime import datetime
from typing import NamedTuple

from pithos_api.models.statements.listings.list_objects import IN_ORDER
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted, columns


class PastContainerRow(NamedTuple):
    """A container at a time. meta: JSON. changed: the last change before. keys: no order."""

    id: int
    meta: str | None
    object_count: int
    byte_count: int
    changed: datetime
    keys: list[str] | None


class PastAccountRow(NamedTuple):
    """An account at a time. meta: JSON, since: when it was set. containers: those that are left."""

    meta: str | None
    since: datetime | None
    containers: list[int] | None


_THEN = "v.valid_from < t.until AND v.valid_to >= t.until"

# Metadata then, and when anything last changed before (version_times).
_DESCRIBED = """
      LEFT JOIN LATERAL (
          SELECT c.meta, c.meta_since AS since WHERE c.meta_since < t.until
          UNION ALL
          SELECT past.meta, past.valid_from FROM past_metadata past
           WHERE past.container_id = c.id
             AND past.valid_from < t.until AND past.valid_to >= t.until) AS described ON true
      LEFT JOIN LATERAL (
          SELECT v.valid_from AS at FROM version v
           WHERE v.container_id = c.id AND v.valid_from < t.until
           ORDER BY v.valid_from DESC LIMIT 1) AS changed ON true
     WHERE c.id = ANY(%(containers)s::bigint[]) AND c.created < t.until
"""
_WHEN = "(SELECT to_timestamp(%(until)s::float8) AS until) AS t"

# How many states began since then, as far as ``most`` (version_times). Where versions were deleted
# one by one, names differ of which no state began since: there everything is counted.
count_changes = Statement(
    "count_changes",
    Counted,
    f"""
    SELECT CASE WHEN EXISTS (
                    SELECT FROM container c
                     WHERE c.id = ANY(%(containers)s::bigint[]) AND c.gaps)
                THEN %(most)s::int ELSE count(*) END AS rows
      FROM (
        SELECT FROM {_WHEN} JOIN version v
            ON v.container_id = ANY(%(containers)s::bigint[]) AND v.valid_from >= t.until
         LIMIT %(most)s::int) AS begun
    """,
    before=IN_ORDER,
)

# All states of then, counted: a walk through the container's whole history.
_COUNTED_THEN = {
    "id": "c.id",
    "meta": "described.meta",
    "object_count": "state.objects",
    "byte_count": "state.bytes",
    "changed": "greatest(changed.at, c.created, described.since)",
    "keys": f"""
        (SELECT array_agg(DISTINCT key) FROM version v, jsonb_object_keys(v.meta) AS key
          WHERE v.container_id = c.id AND {_THEN} AND v.meta <> '{{}}')""",
}
count_then = Statement(
    "count_then",
    PastContainerRow,
    f"""
    SELECT {columns(PastContainerRow, _COUNTED_THEN)}
      FROM container c CROSS JOIN {_WHEN}
     CROSS JOIN LATERAL (
          SELECT count(*) AS objects, coalesce(sum(v.size), 0)::bigint AS bytes
            FROM version v WHERE v.container_id = c.id AND {_THEN}) AS state
    {_DESCRIBED}
    """,
    spares=["most"],
)

# The counters of now, less what came since and with what has gone since: only names with a
# state that began since then differ (version_times, then two probes a name). They are read in
# order of time: else the planner would rather walk through all names than sort these.
_COUNTED_BACK = {
    **_COUNTED_THEN,
    "object_count": "c.object_count + pending.objects + since.objects",
    "byte_count": "c.byte_count + pending.bytes + since.bytes",
    "keys": "since.keys",
}
count_back = Statement(
    "count_back",
    PastContainerRow,
    f"""
    SELECT {columns(PastContainerRow, _COUNTED_BACK)}
      FROM container c CROSS JOIN {_WHEN}
     CROSS JOIN LATERAL (
          SELECT coalesce(sum(objects_added), 0)::bigint AS objects,
                 coalesce(sum(bytes_added), 0)::bigint AS bytes
            FROM usage_delta d WHERE d.container_id = c.id) AS pending
     CROSS JOIN LATERAL (
          WITH named AS MATERIALIZED (
              SELECT DISTINCT name FROM (
                  SELECT v.name FROM version v
                   WHERE v.container_id = c.id AND v.valid_from >= t.until
                   ORDER BY v.valid_from LIMIT %(most)s::int) AS begun),
          differing AS MATERIALIZED (
              SELECT state.* FROM named CROSS JOIN LATERAL (
                  SELECT -1 AS n, v.size, v.meta FROM version v
                   WHERE v.container_id = c.id AND v.name = named.name
                     AND v.valid_to = 'infinity'
                  UNION ALL
                  (SELECT 1, v.size, v.meta FROM version v
                    WHERE v.container_id = c.id AND v.name = named.name AND {_THEN}
                    LIMIT 1)) AS state)
          SELECT coalesce(sum(n), 0)::bigint AS objects,
                 coalesce(sum(n * size), 0)::bigint AS bytes,
                 (SELECT array_agg(key) FROM (
                      SELECT key FROM (
                          SELECT known.key, known.value::bigint AS n
                            FROM jsonb_each_text(c.meta_keys) AS known
                          UNION ALL
                          SELECT change.key, change.value::bigint
                            FROM usage_delta d, jsonb_each_text(d.meta_keys) AS change
                           WHERE d.container_id = c.id AND d.meta_keys IS NOT NULL
                          UNION ALL
                          SELECT jsonb_object_keys(meta), n FROM differing) AS counted
                       GROUP BY key HAVING sum(n) > 0) AS used) AS keys
            FROM differing) AS since
    {_DESCRIBED}
    """,
    before=IN_ORDER,
)

# The account's containers that were there then; those that are gone have taken their history
# along.
_PAST_ACCOUNT = {
    "meta": "described.meta",
    "since": "described.since",
    "containers": """
        (SELECT array_agg(c.id) FROM container c
          WHERE c.account_id = %(owner)s::bigint AND c.created < t.until)""",
}
read_account_at = Statement(
    "read_account_at",
    PastAccountRow,
    f"""
    SELECT {columns(PastAccountRow, _PAST_ACCOUNT)}
      FROM {_WHEN}
      LEFT JOIN LATERAL (
          SELECT a.meta, a.meta_since AS since FROM account a
           WHERE a.user_id = %(owner)s AND a.meta_since < t.until
          UNION ALL
          SELECT past.meta, past.valid_from FROM past_metadata past
           WHERE past.account_id = %(owner)s AND past.container_id IS NULL
             AND past.valid_from < t.until AND past.valid_to >= t.until) AS described ON true
    """,
)
