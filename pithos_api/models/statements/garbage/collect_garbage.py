"""What nobody needs any more is found, and forgotten once its rows are locked.

Finding and forgetting are two statements. In between the rows are locked, and only the second
statement's snapshot, younger than the locks, decides: whoever named a block before has committed
by then and is seen; whoever comes later waits, and finds the row gone (docs/design.md, Garbage).
"""

from typing import NamedTuple

from pithos_api.models.statements.objects.named_blocks import names_block
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted, columns


class SeenBlock(NamedTuple):
    """A block as a collection meets it. size: stored bytes.

    stored: whether its bytes are in the block store. unused: whether no version names it.
    noted: whether that is noted. due: whether the grace is over; of one that was never noted
    only where there is no grace.
    """

    digest: memoryview
    size: int
    stored: bool
    unused: bool
    noted: bool
    due: bool


class BlockDigest(NamedTuple):
    """A block."""

    digest: memoryview


class ForgottenBlock(NamedTuple):
    """A block whose row is gone. size: stored bytes. stored: whether in the block store."""

    digest: memoryview
    size: int
    stored: bool


class SeenClaim(NamedTuple):
    """A claim. expired: nobody needs it. pending: whether it may count without need."""

    user: int
    digest: memoryview
    expired: bool
    pending: bool


class LockedClaim(NamedTuple):
    """A claim that may go."""

    user: int
    digest: memoryview


class SeenLimitedClaim(NamedTuple):
    """A claim that was made with a limited token. expired: longer ago than the grace."""

    user: int
    bearer: memoryview
    digest: memoryview
    expired: bool


class RunningTransaction(NamedTuple):
    """A transaction by its virtual id."""

    name: str


def _unused(block: str) -> str:
    """Return SQL for whether no version and no piece names the block: a probe of three indexes.

    Also a piece that no version names any more keeps its blocks: a writer who names the piece, and
    has locked it, has not locked them. Subqueries with a limit stay probes; an anti join might
    read all of ``version``.
    """
    return f"""
        ((SELECT 1 FROM version v WHERE v.merkle = {block}.digest LIMIT 1) IS NULL
         AND (SELECT 1 FROM version v
               WHERE v.hashmap IS NOT NULL
                 AND block_keys(v.hashmap) @> ARRAY[substr({block}.digest, 1, 8)]
               LIMIT 1) IS NULL
         AND (SELECT 1 FROM hashmap_piece
               WHERE block_keys(digests) @> ARRAY[substr({block}.digest, 1, 8)]
               LIMIT 1) IS NULL)"""


_CUTOFF = "now() - make_interval(secs => %(grace)s::float)"

# The next blocks.
_SEEN_BLOCK = {
    "digest": "b.digest",
    "size": "b.size",
    "stored": "b.stored",
    "unused": _unused("b"),
    "noted": "b.unused_since IS NOT NULL",
    "due": f"b.touched <= {_CUTOFF} AND coalesce(b.unused_since, now()) <= {_CUTOFF}",
}
look_at_blocks = Statement(
    "look_at_blocks",
    SeenBlock,
    f"""
    SELECT {columns(SeenBlock, _SEEN_BLOCK)}
      FROM (SELECT digest, size, data IS NULL AS stored, touched, unused_since FROM block
             WHERE digest > %(after)s::bytea
             ORDER BY digest LIMIT %(limit)s::int) AS b
     ORDER BY b.digest
    """,
)

# Rows that a writer holds are passed over: nobody ever waits for both.
note_unused = Statement(
    "note_unused",
    Counted,
    """
    WITH free AS (
        SELECT digest FROM block WHERE digest = ANY(%(digests)s::bytea[])
         ORDER BY digest FOR NO KEY UPDATE SKIP LOCKED),
    noted AS (
        UPDATE block SET unused_since = CASE WHEN %(unused)s::boolean THEN now() END
          FROM free WHERE block.digest = free.digest RETURNING 1)
    SELECT count(*) AS rows FROM noted
    """,
    writes=True,
)

lock_blocks = Statement(
    "lock_blocks",
    BlockDigest,
    f"""
    SELECT digest FROM block
     WHERE digest = ANY(%(digests)s::bytea[]) AND touched <= {_CUTOFF}
     ORDER BY digest FOR UPDATE SKIP LOCKED
    """,
    writes=True,
)
_FORGOTTEN_BLOCK = {"digest": "digest", "size": "size", "stored": "data IS NULL"}
forget_blocks = Statement(
    "forget_blocks",
    ForgottenBlock,
    f"""
    DELETE FROM block WHERE digest = ANY(%(digests)s::bytea[]) AND {_unused("block")}
    RETURNING {columns(ForgottenBlock, _FORGOTTEN_BLOCK)}
    """,
    writes=True,
)

# The next claims.
_SEEN_CLAIM = {
    "user": "seen.user_id",
    "digest": "seen.digest",
    "expired": f"seen.claimed <= {_CUTOFF} AND NOT ({names_block('seen')})",
    "pending": "seen.pending IS NOT NULL",
}
look_at_claims = Statement(
    "look_at_claims",
    SeenClaim,
    f"""
    SELECT {columns(SeenClaim, _SEEN_CLAIM)}
      FROM (SELECT user_id, digest, claimed, pending FROM block_claim
             WHERE (user_id, digest) > (%(user)s::bigint, %(after)s::bytea)
             ORDER BY user_id, digest LIMIT %(limit)s::int) AS seen
     ORDER BY seen.user_id, seen.digest
    """,
)
_LOCKED_CLAIM = {"user": "claim.user_id", "digest": "claim.digest"}
lock_expired = Statement(
    "lock_expired",
    LockedClaim,
    f"""
    SELECT {columns(LockedClaim, _LOCKED_CLAIM)}
      FROM block_claim claim
      JOIN unnest(%(users)s::bigint[], %(digests)s::bytea[]) AS wanted (user_id, digest)
        ON claim.user_id = wanted.user_id AND claim.digest = wanted.digest
     WHERE claim.claimed <= {_CUTOFF}
     ORDER BY claim.user_id, claim.digest FOR UPDATE OF claim SKIP LOCKED
    """,
    writes=True,
)
forget_claims = Statement(
    "forget_claims",
    Counted,
    f"""
    WITH forgotten AS (
        DELETE FROM block_claim claim
         USING unnest(%(users)s::bigint[], %(digests)s::bytea[]) AS wanted (user_id, digest)
         WHERE claim.user_id = wanted.user_id AND claim.digest = wanted.digest
           AND NOT ({names_block("claim")})
        RETURNING 1)
    SELECT count(*) AS rows FROM forgotten
    """,
    writes=True,
)

# What a version of the user's names, however that came about, counts no more.
settle_claims = Statement(
    "settle_claims",
    Counted,
    f"""
    WITH settled AS (
        UPDATE block_claim claim SET pending = NULL
          FROM unnest(%(users)s::bigint[], %(digests)s::bytea[]) AS wanted (user_id, digest)
         WHERE claim.user_id = wanted.user_id AND claim.digest = wanted.digest
           AND claim.pending IS NOT NULL AND ({names_block("claim")})
        RETURNING 1)
    SELECT count(*) AS rows FROM settled
    """,
    writes=True,
)

# What was sent with limited tokens longer ago than the grace: versions name it, or nobody does.
_LIMITED_CLAIM = {
    "user": "user_id",
    "bearer": "bearer",
    "digest": "digest",
    "expired": "expired",
}
forget_limited_claims = Statement(
    "forget_limited_claims",
    SeenLimitedClaim,
    f"""
    WITH seen AS (
        SELECT user_id, bearer, digest, claimed <= {_CUTOFF} AS expired FROM limited_claim
         WHERE (user_id, bearer, digest) > (%(user)s::bigint, %(bearer)s::bytea, %(after)s::bytea)
         ORDER BY user_id, bearer, digest LIMIT %(limit)s::int),
    forgotten AS (
        DELETE FROM limited_claim old USING seen
         WHERE %(apply)s::boolean AND seen.expired AND old.user_id = seen.user_id
           AND old.bearer = seen.bearer AND old.digest = seen.digest
           AND old.claimed <= {_CUTOFF})
    SELECT {columns(SeenLimitedClaim, _LIMITED_CLAIM)} FROM seen ORDER BY user_id, bearer, digest
    """,
    writes=True,
)

# Those of the digests whose bytes a row expects in the block store.
named_blocks = Statement(
    "named_blocks",
    BlockDigest,
    "SELECT digest FROM block WHERE digest = ANY(%(digests)s::bytea[]) AND data IS NULL",
)

# The transactions of others that run in this database now; or those of ``among`` that still do.
running_transactions = Statement(
    "running_transactions",
    RunningTransaction,
    """
    SELECT l.virtualtransaction AS name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'virtualxid' AND l.granted AND l.mode = 'ExclusiveLock'
       AND a.datname = current_database() AND l.pid <> pg_backend_pid()
       AND (%(among)s::text[] IS NULL OR l.virtualtransaction = ANY(%(among)s))
    """,
)
