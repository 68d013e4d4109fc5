"""Hashes of content as Pithos defines them."""

from collections.abc import Iterable, Iterator, Sequence
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
        self._begin()

    def _begin(self) -> None:
        self._begun, self._filled, self._nulls = sha256(), 0, 0

    def update(self, piece: bytes) -> None:
        """Take the next bytes."""
        rest = memoryview(piece)
        while rest:
            part = rest[: self._block_size - self._filled]
            rest = rest[len(part) :]
            self._take(part)

    def _take(self, part: memoryview) -> None:
        """Take bytes of one block. NULs count when others come behind them."""
        kept = len(bytes(part).rstrip(b"\0")) if _ends_with_null(part) else len(part)
        if kept:
            self._begun.update(bytes(self._nulls))
            self._begun.update(part[:kept])
            self._nulls = 0
        self._nulls += len(part) - kept
        self._filled += len(part)
        if self._filled == self._block_size:
            self._digests.append(self._begun.digest())
            self._begin()

    def hexdigest(self) -> str:
        """Return the hash of all bytes so far."""
        rest = [self._begun.digest()] if self._filled else []
        return merkle_hash(self._digests + rest).hex()


def blocks_of(source: BinaryIO, block_size: int) -> Iterator[bytes]:
    """Yield the blocks of a file from where it stands; only the last may be shorter."""
    while block := source.read(block_size):
        while len(block) < block_size and (more := source.read(block_size - len(block))):
            block += more
        yield block


def rejoined(pieces: Iterable[bytes], block_size: int) -> Iterator[bytes]:
    """Yield the blocks that pieces of any size are; only the last may be shorter."""
    begun = bytearray()
    for piece in pieces:
        if not begun and len(piece) == block_size:
            yield piece
            continue
        begun += piece
        while len(begun) >= block_size:
            yield bytes(begun[:block_size])
            del begun[:block_size]
    if begun:
        yield bytes(begun)
