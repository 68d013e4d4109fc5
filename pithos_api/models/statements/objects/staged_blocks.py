"""The digests of a long hashmap as rows of a temporary table, so that Postgres can join them.

As parameters they are parsed one by one, and each is looked up by itself: 240,000 took ten times as
long, and each connection kept room for the text of all.
"""

from typing import Final, NamedTuple

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted


class StagedPlaces(NamedTuple):
    """Where some of the staged digests come first, in order: they take less room than digests."""

    places: list[int]


class StagedDigests(NamedTuple):
    """Some of the digests that are staged: 32 bytes each, one after the other.

    There may be very many, and a row takes ten times the room of a digest.
    """

    digests: memoryview


# It must be there before a statement is prepared that reads it. Each transaction has its own.
STAGE: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_blocks (place integer, digest bytea)
    ON COMMIT DROP; """

# A transaction may stage more than once.
EMPTY_STAGE: Final = STAGE + "TRUNCATE staged_blocks"

# Without it the planner takes the table for a small one, and probes an index for each row.
COUNT_STAGED: Final = "ANALYZE staged_blocks"

# Places count from ``first``. ``digests``: 32 bytes each, one after the other.
stage_blocks = Statement(
    "stage_blocks",
    Counted,
    """
    WITH staged AS (
        INSERT INTO staged_blocks (place, digest)
        SELECT %(first)s::int + part, substr(joined.digests, 32 * part + 1, 32)
          FROM (SELECT %(digests)s::bytea AS digests OFFSET 0) AS joined,
               generate_series(0, length(joined.digests) / 32 - 1) AS part
        RETURNING 1)
    SELECT count(*) AS rows FROM staged
    """,
    before=STAGE,
    writes=True,
)

# Those that the actor may not name, or that are damaged, in the order in which they come first.
# Whether somebody else has sent a block is not looked at: blocks are joined to claims.
find_unclaimed = Statement(
    "find_unclaimed",
    StagedPlaces,
    """
    SELECT coalesce(array_agg(place ORDER BY place), '{}') AS places FROM (
        SELECT min(staged.place) AS place FROM staged_blocks AS staged
          LEFT JOIN block_claim claim
               ON claim.user_id = %(actor)s::bigint AND claim.digest = staged.digest
          LEFT JOIN block b ON b.digest = claim.digest AND b.damaged IS NULL
         WHERE b.digest IS NULL AND staged.digest <> sha256('')
         GROUP BY staged.digest) AS missing
    """,
    before=STAGE,
)

# Against garbage collection. In no order: nobody who waits for one of them holds others.
lock_staged = Statement(
    "lock_staged",
    Counted,
    """
    SELECT count(*) AS rows FROM (
        SELECT FROM block WHERE digest IN (SELECT digest FROM staged_blocks)
           FOR KEY SHARE OF block) AS locked
    """,
    before=STAGE,
    writes=True,
)

# With a younger snapshot than the locks.
find_unknown = Statement(
    "find_unknown",
    StagedDigests,
    """
    SELECT coalesce(string_agg(DISTINCT staged.digest, ''::bytea), '') AS digests
      FROM staged_blocks AS staged
      LEFT JOIN block b ON b.digest = staged.digest
     WHERE b.digest IS NULL AND staged.digest <> sha256('')
    """,
    before=STAGE,
)

# A claim is not renewed: while a version of the user's names the block it stays, however old.
claim_staged = Statement(
    "claim_staged",
    Counted,
    """
    WITH claimed AS (
        INSERT INTO block_claim (user_id, digest)
        SELECT DISTINCT %(actor)s::bigint, staged.digest FROM staged_blocks AS staged
          LEFT JOIN block_claim known
               ON known.user_id = %(actor)s AND known.digest = staged.digest
              AND known.pending IS NULL
         WHERE known.digest IS NULL AND staged.digest <> sha256('')
         ORDER BY staged.digest
        ON CONFLICT (user_id, digest) DO UPDATE SET claimed = now(), pending = NULL
        RETURNING 1)
    SELECT count(*) AS rows FROM claimed
    """,
    before=STAGE,
    writes=True,
)

STAGED_HASHMAP: Final = "(SELECT string_agg(digest, ''::bytea ORDER BY place) FROM staged_blocks)"
