"""Many small objects of a container, each in one block, become current by one statement."""

from typing import NamedTuple

from pithos_api.models.statements.objects.claim_blocks import ACTOR, keep_blocks
from pithos_api.models.statements.objects.new_versions import SMALL, expiring, insertion
from pithos_api.models.statements.objects.publish import SUPERSEDED, found_at
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns


class PublishedName(NamedTuple):
    """A name whose version was made. replaces: another was current before."""

    name: str
    replaces: bool


_SENT = """
    SELECT c.id, c.modified, new.* FROM container c
     CROSS JOIN unnest(%(names)s::text[], %(object_sizes)s::bigint[],
                       %(etags)s::bytea[], %(merkles)s::bytea[], %(content_types)s::text[],
                       %(content_encodings)s::text[], %(content_dispositions)s::text[],
                       %(expiries)s::bigint[], %(metas)s::text[])
           AS new (name, new_size, new_etag, new_merkle, content_type, content_encoding,
                   content_disposition, expires, new_meta)
     WHERE c.id = %(container)s::bigint"""

_VALUES = {
    **SMALL,
    **expiring("state.expires"),
    "modified_by_id": ACTOR,
    "meta": "new_meta::jsonb",
}
_CREATED = f"""
    created AS (
        {insertion(_VALUES)}
          FROM state WHERE {SUPERSEDED} >= 0
        RETURNING name)"""

# One row for all. What a name had of metadata keys goes, what it has now comes.
_COUNTED = """
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT id, count(*) FILTER (WHERE serial IS NULL),
               sum(new_size - coalesce(size, 0))::bigint,
               (SELECT jsonb_object_agg(key, n) FROM (
                    SELECT key, sum(n) AS n FROM (
                        SELECT jsonb_object_keys(new_meta::jsonb) AS key, 1 AS n FROM state
                        UNION ALL
                        SELECT jsonb_object_keys(meta), -1 FROM state
                         WHERE meta IS NOT NULL) AS changes
                     GROUP BY key HAVING sum(n) <> 0) AS changed),
               max(now)
          FROM state GROUP BY id)"""

_PUBLISHED = {"name": "created.name", "replaces": "state.serial IS NOT NULL"}

# The names differ, and the caller's transaction has locked them all.
publish_many = Statement(
    "publish_many",
    PublishedName,
    f"""
    WITH target AS ({_SENT}),
    state AS MATERIALIZED (SELECT * FROM ({found_at("target.name")}) AS found),
    there AS (SELECT FROM state LIMIT 1),
    closed AS (
        UPDATE version SET valid_to = state.now FROM state WHERE version.serial = state.serial
        RETURNING 1),
    {keep_blocks("there, ")},
    {_CREATED},
    {_COUNTED}
    SELECT {columns(PublishedName, _PUBLISHED)} FROM created JOIN state USING (name)
    """,
    writes=True,
)
