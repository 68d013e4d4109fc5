"""Hashes of content as Pithos defines them."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import BinaryIO

_EMPTY = sha256(b"").digest()


def block_digest(block: bytes | memoryview) -> bytes:
    """Return the SHA-256 of a block without its trailing NULs, 32 bytes."""
    return sha256(bytes(block).rstrip(b"\0") if _ends_with_null(block) else block).digest()


def _ends_with_null(block: bytes | memoryview) -> bool:
    return len(block) > 0 and block[-1] == 0


def merkle_hash(digests: Sequence[bytes]) -> bytes:
    """Return the hash of an object that consists of these blocks, 32 bytes.

    Of one block it is that block's digest, of none that of the empty one. Of more, the digests are
    padded with zeros to a power of two, and hashed pairwise until one is left.
    """
    level = list(digests) or [_EMPTY]
    if len(level) == 1:
        return level[0]
    level += [bytes(32)] * ((1 << (len(level) - 1).bit_length()) - len(level))
    while len(level) > 1:
        level = [sha256(level[n] + level[n + 1]).digest() for n in range(0, len(level), 2)]
    return level[0]


class ContentHash:
    """Makes the Merkle hash of bytes that come in pieces of any size."""

    def __init__(self, block_size: int) -> None:
        self._block_size = block_size
        self._digests: list[bytes] = []
        self._begun = bytearray()

    def update(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._begun += piece
        while len(self._begun) >= self._block_size:
            self._digests.append(block_digest(bytes(self._begun[: self._block_size])))
            del self._begun[: self._block_size]

    def hexdigest(self) -> str:
        """Return the hash of all bytes so far."""
        rest = [block_digest(bytes(self._begun))] if self._begun else []
        return merkle_hash(self._digests + rest).hex()


def blocks_of(source: BinaryIO, block_size: int) -> Iterator[bytes]:
    """Yield the blocks of a file from where it stands; only the last may be shorter."""
    while block := source.read(block_size):
        while len(block) < block_size and (more := source.read(block_size - len(block))):
            block += more
        yield block
