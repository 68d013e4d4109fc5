"""Two stores as one, while blocks move from the second to the first."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter

from pithos_api.blocks.base import BlockStore, Leftovers, Piece, StoredBlock
from pithos_api.errors import BlockNotFoundError


class FallbackBlockStore:
    """A ``BlockStore`` that writes to ``store`` and reads what is not there from ``fallback``.

    Each read asks which store has the block, because it may have been moved since. Blocks that an
    upload relies on are brought into ``store``. So one copy of everything in ``fallback`` makes
    ``store`` complete, whatever is written meanwhile.
    """

    def __init__(self, store: BlockStore, fallback: BlockStore) -> None:
        self._store = store
        self._fallback = fallback
        self._both = store, fallback

    def put(self, digest: bytes, block: bytes | memoryview) -> None:
        """See ``BlockStore.put``."""
        self._store.put(digest, block)

    def settle(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.settle``."""
        self._store.settle(digests)

    def get(self, digest: bytes) -> bytes:
        """See ``BlockStore.get``."""
        return self._having(digest).get(digest)

    def read(self, digest: bytes, start: int, stop: int) -> Iterator[bytes]:
        """See ``BlockStore.read``."""
        return self._having(digest).read(digest, start, stop)

    def send(self, digest: bytes, start: int, stop: int) -> Iterator[Piece]:
        """See ``BlockStore.send``."""
        return self._having(digest).send(digest, start, stop)

    def peek(self, digest: bytes, start: int, stop: int) -> bytes | None:
        """See ``BlockStore.peek``."""
        found = self._store.peek(digest, start, stop)
        return self._fallback.peek(digest, start, stop) if found is None else found

    def exists(self, digests: Iterable[bytes]) -> set[bytes]:
        """See ``BlockStore.exists``."""
        wanted = set(digests)
        found = self._store.exists(wanted)
        return found | self._fallback.exists(wanted - found)

    def scan(self, after: bytes = b"") -> Iterator[StoredBlock]:
        """See ``BlockStore.scan``; of a block in both stores, when it was put last."""
        by_digest = attrgetter("digest")
        merged = heapq.merge(*(store.scan(after) for store in self._both), key=by_digest)
        for _, same in groupby(merged, by_digest):
            yield max(same, key=attrgetter("put_at"))

    def retire(self, digest: bytes) -> None:
        """See ``BlockStore.retire``."""
        for store in self._both:
            store.retire(digest)

    def recall(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.recall``: into ``store``, where those belong that are named anew."""
        for digest in digests:
            try:
                self._store.recall([digest])
            except BlockNotFoundError:
                self._fallback.recall([digest])
                self._store.put(digest, self._fallback.get(digest))
                self._store.settle([digest])

    def discard(self, digest: bytes) -> None:
        """See ``BlockStore.discard``."""
        for store in self._both:
            store.discard(digest)

    def retired(self) -> Iterator[StoredBlock]:
        """See ``BlockStore.retired``; a block that was in both stores comes twice."""
        return chain.from_iterable(store.retired() for store in self._both)

    def check(self, digest: bytes, *, mend: bool = False) -> int:
        """See ``BlockStore.check``."""
        return self._having(digest).check(digest, mend=mend)

    def quarantine(self, digest: bytes) -> bool:
        """See ``BlockStore.quarantine``; damage in one store leaves what the other has."""
        gone = {store.quarantine(digest) for store in self._both}
        return gone == {True}

    def delete(self, digest: bytes) -> None:
        """See ``BlockStore.delete``."""
        for store in self._both:
            store.delete(digest)

    def sweep(self, older_than_seconds: float, *, remove: bool = True) -> Leftovers:
        """See ``BlockStore.sweep``."""
        found = [store.sweep(older_than_seconds, remove=remove) for store in self._both]
        return Leftovers(sum(each.files for each in found), sum(each.bytes for each in found))

    def _having(self, digest: bytes) -> BlockStore:
        """The store to read from. A block that is in neither is missed by ``fallback``."""
        return self._store if self._store.exists([digest]) else self._fallback
