"""Blocks in a dictionary: the store for tests."""

import logging
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256

from pithos_api.blocks.base import PIECE_SIZE, zeros
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.errors import BlockDamagedError, BlockNotFoundError

logger = logging.getLogger(__name__)


class MemoryBlockStore:
    """A ``BlockStore`` that lives as long as the process and verifies every read.

    ``blocks`` and ``settled`` are open to tests, to damage a block or to see what was settled.
    """

    def __init__(self) -> None:
        self.blocks: dict[bytes, bytes] = {}
        self.settled: set[bytes] = set()
        self._put_at: dict[bytes, float] = {}

    def put(self, digest: bytes, block: bytes | memoryview) -> None:
        """See ``BlockStore.put``."""
        self.blocks[digest] = bytes(block)
        self._put_at[digest] = time.monotonic()

    def settle(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.settle``."""
        self.settled.update(digests)

    def get(self, digest: bytes) -> bytes:
        """See ``BlockStore.get``."""
        if digest == EMPTY_DIGEST:
            return b""
        block = self.blocks.get(digest)
        if block is None:
            logger.error("block %s is missing", digest.hex())
            raise BlockNotFoundError(digest)
        if sha256(block).digest() != digest:
            logger.error("block %s is damaged", digest.hex())
            raise BlockDamagedError(digest)
        return block

    def read(self, digest: bytes, start: int, stop: int) -> Iterator[bytes]:
        """See ``BlockStore.read``."""
        return _pieces(self.get(digest), start, stop)

    def exists(self, digests: Iterable[bytes]) -> set[bytes]:
        """See ``BlockStore.exists``."""
        return {digest for digest in digests if digest in self.blocks or digest == EMPTY_DIGEST}

    def delete(self, digest: bytes) -> None:
        """See ``BlockStore.delete``."""
        self.blocks.pop(digest, None)

    def digests(self, older_than_seconds: float = 0) -> Iterator[bytes]:
        """See ``BlockStore.digests``."""
        latest = time.monotonic() - older_than_seconds
        return iter([digest for digest in self.blocks if self._put_at.get(digest, 0) <= latest])


def _pieces(block: bytes, start: int, stop: int) -> Iterator[bytes]:
    end = min(stop, len(block))
    for position in range(start, end, PIECE_SIZE):
        yield block[position : min(position + PIECE_SIZE, end)]
    yield from zeros(stop - max(start, len(block)))
