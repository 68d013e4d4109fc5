"""Blocks that were sent on their own become known, and their sender's."""

from pithos_api.models.statements.prepared import Statement

# Those of the digests that the actor may name, with their stored lengths; their rows are locked
# against garbage collection until the transaction ends. Whether somebody else has sent a
# block is not looked at: the claim is probed first, and without one nothing else is.
lock_claimed = Statement(
    "lock_claimed",
    """
    SELECT b.digest, b.size FROM block b
     WHERE b.digest IN (SELECT claim.digest FROM block_claim claim
                         WHERE claim.user_id = %(actor)s::bigint
                           AND claim.digest = ANY(%(digests)s::bytea[]))
     ORDER BY b.digest FOR KEY SHARE
    """,
    writes=True,
)

# What was copied by its reader may be named by them, as if they had sent it.
claim_digests = Statement(
    "claim_digests",
    """
    WITH claimed AS (
        INSERT INTO block_claim (user_id, digest)
        SELECT %(actor)s::bigint, digest FROM unnest(%(digests)s::bytea[]) AS digest
        ON CONFLICT (user_id, digest) DO UPDATE SET claimed = now()
         WHERE block_claim.claimed < now() - interval '1 hour'
        RETURNING 1)
    SELECT count(*) FROM claimed
    """,
    writes=True,
)

# Rows in digest order, so that two senders of the same blocks cannot deadlock.
claim_blocks = Statement(
    "claim_blocks",
    """
    WITH kept AS (
        INSERT INTO block (digest, size, data)
        SELECT * FROM unnest(%(digests)s::bytea[], %(sizes)s::int[], %(contents)s::bytea[])
        ON CONFLICT (digest) DO UPDATE SET touched = now()
         WHERE block.touched < now() - interval '1 hour'),
    claimed AS (
        INSERT INTO block_claim (user_id, digest)
        SELECT %(actor)s::bigint, digest FROM unnest(%(digests)s) AS digest
        ON CONFLICT (user_id, digest) DO UPDATE SET claimed = now()
         WHERE block_claim.claimed < now() - interval '1 hour'
        RETURNING 1)
    SELECT count(*) FROM claimed
    """,
    writes=True,
)
