"""Small objects of several clients in one transaction: ``publish_own`` for a list of requests.

It takes those that are plain: without conditions, an expiry, a manifest or a UUID of their own.
"""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import OWNER_ACCESS, by_owner
from pithos_api.models.statements.objects.claim_blocks import keep_rows
from pithos_api.models.statements.objects.own.holding import HOLD_EACH, held
from pithos_api.models.statements.objects.own.publish_own import OwnPublished
from pithos_api.models.statements.objects.publish import (
    PUBLISHED,
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


_JUDGED = dict.fromkeys(("matched", "unmatched", "fresh", "fits"), "true")
_ASKED: Expressions = {
    "place": "state.place",
    "found": {"access": same_columns(Access, "state"), "version": {**PUBLISHED, **_JUDGED}},
}

# What is stored: digest, length and bytes are NULL of what has no block.
_SENT = {
    "size": "%(sizes)s::bigint[]",
    "etag": "%(etags)s::bytea[]",
    "merkle": "%(merkles)s::bytea[]",
    "digest": "%(digests)s::bytea[]",
    "length": "%(lengths)s::int[]",
    "content": "%(contents)s::bytea[]",
    "content_type": "%(content_types)s::text[]",
    "content_encoding": "%(content_encodings)s::text[]",
    "content_disposition": "%(content_dispositions)s::text[]",
    "meta": "%(metas)s::text[]",
}

# Two may bring the same block: a statement inserts a row once. In order, as ``keep_blocks`` says.
_BLOCKS = """
        SELECT DISTINCT ON (held.digest) held.digest, length, content
          FROM held JOIN state USING (place)
         WHERE held.digest IS NOT NULL ORDER BY held.digest"""
_CLAIMS = """
        SELECT DISTINCT actor, held.digest FROM held JOIN state USING (place)
         WHERE held.digest IS NOT NULL ORDER BY actor, held.digest"""

publish_own_objects = Statement(
    "publish_own_objects",
    AskedVersion,
    f"""
    WITH {held(_SENT)},
    target AS (
        SELECT {columns(Access, OWNER_ACCESS)}, c.id, c.modified, held.place, held.name
          FROM held
         CROSS JOIN LATERAL {by_owner("held.token", "held.account", "held.container")}
         WHERE c.quota = 0 AND c.most_objects = 0
           AND coalesce(caller.quota, %(default_quota)s::bigint) = 0 AND NOT c.sealed),
    state AS MATERIALIZED (
        SELECT *, true AS holds FROM ({found_at("target.name")}) AS found),
    {SUPERSEDE},
    {keep_rows(_BLOCKS, _CLAIMS)},
    created AS (
        INSERT INTO version (
            container_id, name, uuid, size, etag, merkle, content_type, content_encoding,
            content_disposition, modified_by_id, valid_from, shares_second, moved, added, meta,
            domains)
        SELECT state.id, state.name, coalesce(state.uuid, gen_random_uuid()), held.size,
               held.etag, held.merkle, content_type, content_encoding, content_disposition, actor,
               now, coalesce(changed >= date_trunc('second', now), false), state.moved,
               serial IS NULL, held.meta::jsonb, domains
          FROM held JOIN state USING (place) WHERE {SUPERSEDED} >= 0
        RETURNING serial, container_id, name, valid_from),
    counted AS (
        INSERT INTO usage_delta (container_id, objects_added, bytes_added, meta_keys, at)
        SELECT state.id, CASE WHEN serial IS NULL THEN 1 ELSE 0 END,
               held.size - coalesce(state.size, 0), {changed_keys("held.meta::jsonb")}, now
          FROM held JOIN state USING (place))
    SELECT {columns(AskedVersion, _ASKED)}
      FROM state
      JOIN created ON created.container_id = state.id AND created.name = state.name
    """,
    first=HOLD_EACH,
    writes=True,
)
