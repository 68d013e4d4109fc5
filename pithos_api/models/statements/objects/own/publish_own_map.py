"""An object of the caller's own, of blocks that they may name: all of it in one statement."""

from typing import NamedTuple

from pithos_api.models.statements.access.rights import OWNER_SPARES
from pithos_api.models.statements.objects.content_md5 import KNOWN
from pithos_api.models.statements.objects.own.publish_own import OWN_PUBLISHED, OWN_TARGET
from pithos_api.models.statements.objects.publish import (
    LOCK_NAME,
    PublishedVersion,
    TakenBlocks,
    publishing,
)
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import columns
from pithos_api.values import Access


class OwnPublishedMap(NamedTuple):
    """What was published, and what the caller may do there. etag: the MD5; None: not known."""

    access: Access
    version: PublishedVersion
    etag: memoryview | None


# What ``read_claims`` and ``known_content`` ask. Without the claims nothing else is looked at: it
# makes no difference what others have. Blocks are locked only for a version that will name them.
_TAKEN = TakenBlocks(
    f"""
        SELECT known.etag, claimed.old,
               locked.blocks = cardinality(%(named)s) AND locked.last <= %(room)s::bigint AS holds
          FROM (SELECT count(*) = cardinality(%(named)s) AS by_all,
                       array_agg(wanted ORDER BY wanted) FILTER (WHERE claim.is_old) AS old
                  FROM target CROSS JOIN unnest(%(named)s::bytea[]) AS wanted
                 CROSS JOIN LATERAL (
                       SELECT claimed < now() - interval '1 hour' OR pending IS NOT NULL AS is_old
                         FROM block_claim
                        WHERE user_id = target.actor AND digest = wanted LIMIT 1) AS claim
               ) AS claimed
         CROSS JOIN LATERAL (
               SELECT known.etag FROM ({KNOWN}) AS known WHERE claimed.by_all) AS known
         CROSS JOIN LATERAL (
               SELECT count(*) AS blocks,
                      coalesce(max(size) FILTER (WHERE digest = %(last)s::bytea), 0) AS last
                 FROM (SELECT digest, size FROM block
                        WHERE known.etag IS NOT NULL AND digest = ANY(%(named)s)
                          AND damaged IS NULL
                        ORDER BY digest FOR KEY SHARE) AS locked) AS locked""",
    "(SELECT old FROM taken)",
    alone=True,
)
_ETAG = "(SELECT etag FROM taken)"

# named: the digests, each once, in order. last: that of the last block, which has at most ``room``
# bytes. Where a block or the MD5 is missing the version is not ``fresh``, and the long way is gone.
publish_own_map = Statement(
    "publish_own_map",
    OwnPublishedMap,
    publishing(
        takes=_TAKEN,
        etag=_ETAG,
        target=OWN_TARGET,
        actor="state.actor",
        shown=columns(OwnPublishedMap, {**OWN_PUBLISHED, "etag": _ETAG}),
    ),
    before=LOCK_NAME,
    writes=True,
    spares=(*OWNER_SPARES, "etag", "digests", "sizes", "contents"),
)
