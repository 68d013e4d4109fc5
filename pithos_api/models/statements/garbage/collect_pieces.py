"""Pieces of long hashmaps that no version names: found, locked, and forgotten if it is so still.

As with blocks (``collect_garbage``), whoever makes a version name a piece has locked it, or builds
on a version that names it and is current until the very commit.
"""

from typing import NamedTuple

from pithos_api.models.statements.hashmaps.hashmap_pieces import PieceHash
from pithos_api.models.statements.prepared import Statement
from pithos_api.models.statements.rows import Counted


class SeenPiece(NamedTuple):
    """A piece of hashmaps. unused: no version names it."""

    hash: memoryview
    unused: bool


_UNNAMED_PIECE = """
    (SELECT 1 FROM version v
      WHERE v.pieces IS NOT NULL
        AND block_keys(v.pieces) @> ARRAY[substr(piece.hash, 1, 8)] LIMIT 1) IS NULL"""
look_at_pieces = Statement(
    "look_at_pieces",
    SeenPiece,
    f"""
    SELECT piece.hash AS hash, {_UNNAMED_PIECE} AS unused
      FROM (SELECT hash FROM hashmap_piece WHERE hash > %(after)s::bytea
             ORDER BY hash LIMIT %(limit)s::int) AS piece
     ORDER BY piece.hash
    """,
)
lock_pieces = Statement(
    "lock_unused_pieces",
    PieceHash,
    """
    SELECT hash FROM hashmap_piece WHERE hash = ANY(%(pieces)s::bytea[])
     ORDER BY hash FOR UPDATE SKIP LOCKED
    """,
    writes=True,
)
forget_pieces = Statement(
    "forget_pieces",
    Counted,
    f"""
    WITH forgotten AS (
        DELETE FROM hashmap_piece piece
         WHERE piece.hash = ANY(%(pieces)s::bytea[]) AND {_UNNAMED_PIECE}
        RETURNING 1)
    SELECT count(*) AS rows FROM forgotten
    """,
    writes=True,
)
