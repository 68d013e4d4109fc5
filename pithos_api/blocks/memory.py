"""Blocks in a dictionary: the store for tests."""

import logging
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256

from pithos_api.blocks.base import PIECE_SIZE, Leftovers, Piece, StoredBlock, zeros
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.errors import BlockDamagedError, BlockNotFoundError

logger = logging.getLogger(__name__)


class MemoryBlockStore:
    """A ``BlockStore`` that lives as long as the process and verifies every read.

    ``blocks``, ``settled`` and ``quarantined`` are open to tests, to damage a block or to see
    what happened to it.
    """

    def __init__(self) -> None:
        self.blocks: dict[bytes, bytes] = {}
        self.settled: set[bytes] = set()
        self.quarantined: dict[bytes, bytes] = {}
        self._put_at: dict[bytes, float] = {}
        self._retired: dict[bytes, bytes] = {}

    def put(self, digest: bytes, block: bytes | memoryview) -> None:
        """See ``BlockStore.put``."""
        self.blocks[digest] = bytes(block)
        self._put_at[digest] = time.time()

    def settle(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.settle``."""
        self.settled.update(digests)

    def get(self, digest: bytes) -> bytes:
        """See ``BlockStore.get``."""
        if digest == EMPTY_DIGEST:
            return b""
        block = self.blocks.get(digest, self._retired.get(digest))
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

    def send(self, digest: bytes, start: int, stop: int) -> Iterator[Piece]:
        """See ``BlockStore.send``."""
        return self.read(digest, start, stop)

    def peek(self, digest: bytes, start: int, stop: int) -> bytes | None:
        """See ``BlockStore.peek``: each read verifies, which may take long."""
        return None

    def exists(self, digests: Iterable[bytes]) -> set[bytes]:
        """See ``BlockStore.exists``."""
        kept = {*self.blocks, *self._retired, EMPTY_DIGEST}
        return {digest for digest in digests if digest in kept}

    def scan(self, after: bytes = b"") -> Iterator[StoredBlock]:
        """See ``BlockStore.scan``."""
        there = sorted(digest for digest in self.blocks if digest > after)
        return iter([self._described(digest, self.blocks[digest]) for digest in there])

    def retire(self, digest: bytes) -> None:
        """See ``BlockStore.retire``."""
        if digest in self.blocks:
            self._retired[digest] = self.blocks.pop(digest)

    def recall(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.recall``."""
        for digest in digests:
            retired = self._retired.pop(digest, None)
            if digest not in self.blocks:
                if retired is None:
                    raise BlockNotFoundError(digest)
                self.blocks[digest] = retired

    def discard(self, digest: bytes) -> None:
        """See ``BlockStore.discard``."""
        self._retired.pop(digest, None)

    def retired(self) -> Iterator[StoredBlock]:
        """See ``BlockStore.retired``."""
        return iter([self._described(*each) for each in self._retired.items()])

    def check(self, digest: bytes, *, mend: bool = False) -> int:
        """See ``BlockStore.check``: there is nothing to mend."""
        return len(self.get(digest))

    def quarantine(self, digest: bytes) -> bool:
        """See ``BlockStore.quarantine``."""
        for place in (self.blocks, self._retired):
            if sha256(place.get(digest, b"")).digest() != digest and digest in place:
                self.quarantined[digest] = place.pop(digest)
        return digest not in self.blocks and digest not in self._retired

    def delete(self, digest: bytes) -> None:
        """See ``BlockStore.delete``."""
        self.blocks.pop(digest, None)
        self._retired.pop(digest, None)

    def sweep(self, older_than_seconds: float, *, remove: bool = True) -> Leftovers:
        """See ``BlockStore.sweep``: what is in memory is whole or not there."""
        return Leftovers()

    def _described(self, digest: bytes, block: bytes) -> StoredBlock:
        return StoredBlock(digest, len(block), self._put_at.get(digest, 0.0))


def _pieces(block: bytes, start: int, stop: int) -> Iterator[bytes]:
    end = min(stop, len(block))
    for position in range(start, end, PIECE_SIZE):
        yield block[position : min(position + PIECE_SIZE, end)]
    yield from zeros(stop - max(start, len(block)))
