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

# No block is deleted from now on until the transaction ends (migration 0027): those that are looked
# for afterwards stay. A transaction may stage more than once.
EMPTY_STAGE: Final = STAGE + "SELECT pg_advisory_xact_lock_shared(7, 0); TRUNCATE staged_blocks"

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

# Those that are not there.
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
