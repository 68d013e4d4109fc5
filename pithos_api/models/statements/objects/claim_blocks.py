"""Blocks that were sent on their own become known, and their sender's."""

from pithos_api.models.statements.prepared import Statement

# Those of the digests that the actor may name, with their stored lengths. Whether somebody else
# has sent a block is not looked at: the claim is probed first, and without one nothing else is.
# A damaged block counts as missing: who has its bytes shall send them again.
# With limits they stay probes: a join may read all that the user ever claimed.
_CLAIMS = """
    SELECT b.digest, b.size FROM unnest(%(digests)s::bytea[]) AS wanted
     CROSS JOIN LATERAL (
           SELECT digest FROM block_claim
            WHERE user_id = %(actor)s::bigint AND digest = wanted LIMIT 1) AS claim
     CROSS JOIN LATERAL (
           SELECT digest, size FROM block
            WHERE digest = claim.digest AND damaged IS NULL LIMIT 1) AS b
     ORDER BY b.digest
"""
read_claims = Statement("read_claims", _CLAIMS)

# Rows go in by digest, so that two writers with blocks in common cannot deadlock. One that is
# there is at least locked, against garbage collection; its time is renewed once an hour. One that
# was damaged is sound again: the bytes of all these are durable anew, whatever was there before.
_KEPT = """
    kept AS (
        INSERT INTO block (digest, size, data)
        SELECT sent.* FROM {given}unnest(%(digests)s::bytea[], %(sizes)s::int[],
                                         %(contents)s::bytea[]) AS sent {when}
        ON CONFLICT (digest) DO UPDATE SET touched = now(), damaged = NULL,
               data = CASE WHEN block.damaged IS NULL THEN block.data ELSE excluded.data END
         WHERE block.touched < now() - interval '1 hour' OR block.damaged IS NOT NULL)"""
_CLAIMED = """
    claimed AS (
        INSERT INTO block_claim (user_id, digest)
        SELECT %(actor)s::bigint, digest FROM {given}unnest({claims}) AS digest {when}
        ON CONFLICT (user_id, digest) DO UPDATE SET claimed = now()
         WHERE block_claim.claimed < now() - interval '1 hour'
        RETURNING 1)"""


_SENT = "%(digests)s::bytea[]"


def keep_blocks(given: str = "", when: str = "", claims: str = _SENT) -> str:
    """Return SQL that makes ``digests`` known and the actor's; if ``given`` has a row ``when``.

    claims: SQL for the digests that become the actor's, in order.
    """
    return f"{_KEPT},{_CLAIMED}".format(given=given, when=when, claims=claims)


claim_blocks = Statement(
    "claim_blocks", f"WITH {keep_blocks()} SELECT count(*) FROM claimed", writes=True
)
