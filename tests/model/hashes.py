"""Block and Merkle hashes, straight from the contract (§1)."""

from hashlib import sha256

BLOCK_SIZE = 16


def digests_of(data: bytes) -> list[str]:
    """The ids of the blocks, hex."""
    pieces = [data[at : at + BLOCK_SIZE] for at in range(0, len(data), BLOCK_SIZE)] or [b""]
    return [sha256(piece.rstrip(b"\0")).hexdigest() for piece in pieces]


def merkle(data: bytes) -> str:
    leaves = [bytes.fromhex(digest) for digest in digests_of(data)]
    while len(leaves) & (len(leaves) - 1):
        leaves.append(bytes(32))
    while len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=True)
        leaves = [sha256(left + right).digest() for left, right in pairs]
    return leaves[0].hex()
