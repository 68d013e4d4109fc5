"""Blocks that were sent on their own become known, and their sender's."""

from pithos_api.models.statements.prepared import Statement

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
