"""The digests of long hashmaps, in pieces that versions share."""

from typing import NamedTuple

from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted
from pithos_api.values import PIECE_BLOCKS


class PieceHash(NamedTuple):
    """A piece."""

    hash: memoryview


class VersionPieces(NamedTuple):
    """The hashes of a version's pieces in order, 32 bytes each; None where it has none."""

    pieces: memoryview | None


class SomeDigests(NamedTuple):
    """Some of a version's digests, 32 bytes each, one after the other; None if they are missing."""

    digests: memoryview | None


def parts_of(version: str) -> str:
    """Return SQL for the digests of a version, joined: a row for each piece, or one for all.

    version: what the row of ``version`` is called. first: the place of a part's first digest.
    Each part is taken out of its table's storage once, and not for each digest.
    """
    return f"""
        (SELECT 0 AS first, coalesce({version}.hashmap, {version}.merkle) || ''::bytea AS digests
          WHERE {version}.pieces IS NULL
         UNION ALL
         SELECT {PIECE_BLOCKS} * place, piece.digests || ''::bytea
           FROM generate_series(0, length({version}.pieces) / 32 - 1) AS place
           JOIN hashmap_piece piece ON piece.hash = substr({version}.pieces, 32 * place + 1, 32)
          OFFSET 0)"""


def named_in_pieces(digest: str, where: str = "true") -> str:
    """Return SQL for a version ``v`` that has the block in one of its pieces; NULL if none has.

    digest: SQL. where: which versions count.
    """
    return f"""
        (SELECT v.serial FROM hashmap_piece piece JOIN version v
             ON v.pieces IS NOT NULL AND block_keys(v.pieces) @> ARRAY[substr(piece.hash, 1, 8)]
          WHERE block_keys(piece.digests) @> ARRAY[substr({digest}, 1, 8)] AND {where}
          LIMIT 1)"""


def two_digests(version: str, first: str) -> str:
    """Return SQL for the digests of a version's block at place ``first`` and of the next, joined.

    Of one alone where no other is in the same piece; NULL of a single block.
    """
    piece = f"substr({version}.pieces, 32 * ({first} / {PIECE_BLOCKS}) + 1, 32)"
    return f"""
        CASE WHEN {version}.pieces IS NULL THEN substr({version}.hashmap, 32 * {first} + 1, 64)
             ELSE (SELECT substr(digests, 32 * mod({first}, {PIECE_BLOCKS}) + 1, 64)
                     FROM hashmap_piece WHERE hash = {piece})
        END"""


# What is whole, and what an older version of the store has written, is read from the version.
some_digests = Statement(
    "some_digests",
    SomeDigests,
    f"""
    SELECT CASE WHEN v.pieces IS NULL
                THEN substr(coalesce(v.hashmap, v.merkle),
                            32 * %(first)s::int + 1, 32 * %(count)s::int)
                ELSE (SELECT substr(string_agg(piece.digests, ''::bytea ORDER BY place),
                                    32 * mod(%(first)s, {PIECE_BLOCKS}) + 1, 32 * %(count)s)
                        FROM generate_series(%(first)s / {PIECE_BLOCKS},
                                             (%(first)s + %(count)s - 1) / {PIECE_BLOCKS}) AS place
                        JOIN hashmap_piece piece
                             ON piece.hash = substr(v.pieces, 32 * place + 1, 32))
           END AS digests
      FROM version v WHERE v.serial = %(serial)s::bigint
    """,
)

read_pieces = Statement(
    "read_pieces",
    VersionPieces,
    "SELECT pieces FROM version WHERE serial = %(serial)s::bigint",
)

# Against garbage collection: those that are there stay until the caller's transaction ends.
lock_pieces = Statement(
    "lock_pieces",
    PieceHash,
    """
    SELECT hash FROM hashmap_piece WHERE hash = ANY(%(pieces)s::bytea[])
     ORDER BY hash FOR KEY SHARE
    """,
    writes=True,
)

# One that somebody else has made meanwhile is locked, as above.
keep_piece = Statement(
    "keep_piece",
    Counted,
    """
    WITH kept AS (
        INSERT INTO hashmap_piece (hash, digests) VALUES (%(hash)s::bytea, %(digests)s::bytea)
        ON CONFLICT (hash) DO UPDATE SET digests = excluded.digests WHERE false
        RETURNING 1)
    SELECT count(*) AS rows FROM kept
    """,
    writes=True,
)

# The actor may name their blocks. A claim is not renewed: while a version of the user's names the
# block it stays, however old. MATERIALIZED: a piece is read once, and not for each digest. By
# the constant the planner knows how many these are.
_NAMED = f"""
    part AS MATERIALIZED (
        SELECT digests || ''::bytea AS digests FROM hashmap_piece
         WHERE hash = ANY(%(pieces)s::bytea[])),
    named AS MATERIALIZED (
        SELECT substr(part.digests, 32 * place + 1, 32) AS digest
          FROM part, generate_series(0, {PIECE_BLOCKS} - 1) AS place
         WHERE 32 * place < length(part.digests))"""
claim_pieces = Statement(
    "claim_pieces",
    Counted,
    f"""
    WITH {_NAMED},
    claimed AS (
        INSERT INTO block_claim (user_id, digest)
        SELECT DISTINCT %(actor)s::bigint, named.digest FROM named
          LEFT JOIN block_claim known
               ON known.user_id = %(actor)s AND known.digest = named.digest
              AND known.pending IS NULL
         WHERE known.digest IS NULL AND named.digest <> sha256('')
         ORDER BY named.digest
        ON CONFLICT (user_id, digest) DO UPDATE SET claimed = now(), pending = NULL
        RETURNING 1)
    SELECT count(*) AS rows FROM claimed
    """,
    writes=True,
)

# The same where the actor has just been seen to have claims of all: only what counts as unnamed
# is looked for, which mostly is nothing.
settle_pieces = Statement(
    "settle_pieces",
    Counted,
    f"""
    WITH {_NAMED},
    settled AS (
        UPDATE block_claim SET pending = NULL
         WHERE user_id = %(actor)s::bigint AND pending > 0
           AND EXISTS (SELECT FROM block_claim
                        WHERE user_id = %(actor)s AND pending > 0)
           AND digest IN (SELECT digest FROM named)
        RETURNING 1)
    SELECT count(*) AS rows FROM settled
    """,
    writes=True,
)
