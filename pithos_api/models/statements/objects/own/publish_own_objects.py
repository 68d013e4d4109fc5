"""Small objects of several clients in one transaction: ``publish_own`` for a list of requests.

It takes those that are plain: without conditions, an expiry, a manifest or a UUID of their own.
"""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import OWNER_ACCESS, by_owner
from pithos_api.models.statements.objects.claim_blocks import keep_rows
from pithos_api.models.statements.objects.new_versions import SMALL, insertion
from pithos_api.models.statements.objects.own.holding import HOLD_EACH, held
from pithos_api.models.statements.objects.own.publish_own import OwnPublished
from pithos_api.models.statements.objects.publish import (
    NEXT_SERIAL,
    SUPERSEDE,
    SUPERSEDED,
    changed_keys,
    found_at,
)
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Expressions, columns, same_columns
from pithos_api.values import Access


class AskedVersion(NamedTuple):
    """What became of one of the uploads. place: of it in the list, from 1."""

    place: int
    found: OwnPublished


# Nothing else is demanded of them. The number is drawn while the name is locked, so what was made
# is known without a look at it.
_MADE = {
    **dict.fromkeys(("matched", "unmatched", "fresh", "fits"), "true"),
    "serial": "new_serial",
    "modified": "now",
}
_ASKED: Expressions = {
    "place": "place",
    "found": {"access": same_columns(Access, "state"), "version": _MADE},
}

# What is stored: length and offset in ``contents`` are NULL of what has no block.
_SENT = {
    "new_size": "%(sizes)s::bigint[]",
    "new_etag": "%(etags)s::bytea[]",
    "new_merkle": "%(merkles)s::bytea[]",
    "length": "%(lengths)s::int[]",
    "start": "%(starts)s::int[]",
    "content_type": "%(content_types)s::text[]",
    "content_encoding": "%(content_encodings)s::text[]",
    "content_disposition": "%(content_dispositions)s::text[]",
    "new_meta": "%(metas)s::jsonb[]",
}

_VALUES = {**SMALL, "serial": "new_serial", "modified_by_id": "state.actor"}

# Two may bring the same block: a statement inserts a row once. In order, as ``keep_blocks`` says.
_BLOCKS = """
        SELECT new_merkle, length, substr(%(contents)s::bytea, start, length) FROM (
            SELECT DISTINCT ON (new_merkle) new_merkle, length, start
              FROM state WHERE length IS NOT NULL ORDER BY new_merkle) AS brought"""
_CLAIMS = """
        SELECT DISTINCT actor, new_merkle FROM state
         WHERE length IS NOT NULL ORDER BY actor, new_merkle"""

publish_own_objects = Statement(
    "publish_own_objects",
    AskedVersion,
    f"""
    WITH {held(_SENT)},
    target AS (
        SELECT {columns(Access, OWNER_ACCESS)}, c.id, c.modified, held.place, held.name,
               {", ".join(f"held.{name}" for name in _SENT)}
          FROM held
         CROSS JOIN LATERAL {by_owner("held.token", "held.account", "held.container")}
         WHERE c.quota = 0 AND c.most_objects = 0
           AND coalesce(caller.quota, %(default_quota)s::bigint) = 0 AND NOT c.sealed),
    state AS MATERIALIZED (
        SELECT *, true AS holds, {NEXT_SERIAL} AS new_serial
          FROM ({found_at("target.name")}) AS found),
    {SUPERSEDE},
    {keep_rows(_BLOCKS, _CLAIMS)},
    created AS (
        {insertion(_VALUES)}
          FROM state WHERE {SUPERSEDED} >= 0),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT id, CASE WHEN serial IS NULL THEN 1 ELSE 0 END, new_size - coalesce(size, 0),
               {changed_keys("new_meta")}, now
          FROM state)
    SELECT {columns(AskedVersion, _ASKED)} FROM state
    """,
    first=HOLD_EACH,
    writes=True,
)
