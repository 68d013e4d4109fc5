"""Block digests and the Merkle hash (API contract §1). A digest is 32 raw bytes of SHA-256."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from pithos_api.values import PIECE_BLOCKS

Block = bytes | bytearray | memoryview

EMPTY_DIGEST: Final = sha256(b"").digest()
"""The digest of a block of nothing but NULs: never stored, always present."""

_ZEROS: Final = bytes(16 * 1024)
_NO_LEAF: Final = bytes(32)


def trimmed_length(block: Block) -> int:
    """The bytes of ``block`` that remain when all its trailing NULs are removed.

    ``block`` has any length and is not copied: runs of NULs are compared in place (0.3 ms for
    4 MiB of them), and only the piece in which the content ends is stripped.
    """
    view = memoryview(block)
    stop = len(view)
    while stop and not view[stop - 1]:
        start = max(0, stop - len(_ZEROS))
        piece = view[start:stop]
        if not _ZEROS.startswith(piece):
            return start + len(bytes(piece).rstrip(b"\0"))
        stop = start
    return stop


def block_digest(block: Block) -> bytes:
    """SHA-256 of ``block`` with all trailing NULs removed: 32 bytes (contract §1.1)."""
    if len(block) and block[-1]:  # most blocks end so
        return sha256(block).digest()
    return sha256(memoryview(block)[: trimmed_length(block)]).digest()


def merkle_hash(digests: Sequence[bytes]) -> bytes:
    """The hash of a whole object from its n >= 1 block digests, in order: 32 bytes.

    One digest is its own hash. More are padded with zero digests to a power of two, and pairs
    are hashed until one is left (contract §1.3). The padding is not spelled out: a level lacks
    at most one right half, and that half is the hash of a subtree of padding. 262,144 digests
    (1 TiB in blocks of 4 MiB) take about 0.2 s.
    """
    return _top(digests, _NO_LEAF)


def piece_hashes(digests: Sequence[bytes]) -> tuple[bytes, ...]:
    """The hash of each ``PIECE_BLOCKS`` digests, in order; the last ones are padded to as many."""
    pieces = range(0, len(digests), PIECE_BLOCKS)
    return tuple(piece_hash(digests[first : first + PIECE_BLOCKS]) for first in pieces)


def piece_hash(digests: Sequence[bytes]) -> bytes:
    """The hash of 1 to ``PIECE_BLOCKS`` digests, padded to as many: 32 bytes."""
    return _top(digests, _NO_LEAF, _PIECE_LEVELS)


def merkle_of_pieces(pieces: Sequence[bytes]) -> bytes:
    """The Merkle hash of an object of several pieces from their hashes: 32 bytes."""
    return _top(pieces, _NO_PIECE)


def _top(leaves: Sequence[bytes], padding: bytes, levels: int = 0) -> bytes:
    """The top of the tree over the leaves. levels: how many it has at least."""
    level = list(leaves)
    while len(level) > 1 or levels > 0:
        if len(level) % 2:
            level.append(padding)
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(left + right).digest() for left, right in pairs]
        padding = sha256(padding + padding).digest()
        levels -= 1
    return level[0]


_PIECE_LEVELS: Final = PIECE_BLOCKS.bit_length() - 1
_NO_PIECE: Final = piece_hash([_NO_LEAF])
"""The hash of a piece of nothing but padding."""
