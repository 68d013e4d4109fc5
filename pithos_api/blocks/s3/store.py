"""Blocks as objects of an S3 bucket.

    <prefix>/abc/<64 hex>      a block, trimmed; abc = the first three hex digits of its digest
    <prefix>/retired/<64 hex>  a block on its way out

Blocks have the paths of ``local``, so a store may be copied from one to the other with any tool.

A block is durable when S3 has answered 200. Its SHA-256 goes with every PUT, and the service
refuses a body that has another; what a GET brings is compared before anything of it is handed
out. So no byte that the network has spoilt is ever kept or served.

S3 cannot rename. To retire is to copy and then to delete, so a reader who finds a block in neither
place looks again. A block that is put between copy and deletion is left in its retired form only:
it is recalled when the collector finds the row that names it, as for every store.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from typing import Final

from pithos_api.blocks.base import PIECE_SIZE, Leftovers, Piece, StoredBlock, Verify, zeros
from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.blocks.s3.bucket import Bucket, S3Location
from pithos_api.blocks.s3.recent import RecentBlocks
from pithos_api.errors import BlockDamagedError, BlockNotFoundError

logger = logging.getLogger(__name__)

READINGS: Final = 3
"""How often a block is fetched before bytes that do not match its digest count as damage."""

_FANOUT_DIGITS: Final = 3
_RETIRED: Final = "retired"
_REQUESTS_AT_ONCE: Final = 16
_BLOCK_KEY: Final = re.compile(r"(?:[0-9a-f]{3}|retired)/([0-9a-f]{64})")


class S3BlockStore:
    """A ``BlockStore`` in a bucket, shared by any number of processes and machines.

    Nothing is asked of S3 until the first operation. Every block that is read is fetched whole
    and, unless ``verify`` is "never", compared; ``read`` remembers the last few.
    """

    def __init__(self, location: S3Location, verify: Verify = "first") -> None:
        self._bucket = Bucket(location)
        self._verify = verify
        self._recent = RecentBlocks()

    def put(self, digest: bytes, block: bytes | memoryview) -> None:
        """See ``BlockStore.put``; durable at once."""
        self._bucket.put(_key(digest), block)
        crash_point("block-linked")

    def settle(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.settle``: nothing is left to do."""
        crash_point("blocks-settled")

    def get(self, digest: bytes) -> bytes:
        """See ``BlockStore.get``."""
        return b"" if digest == EMPTY_DIGEST else bytes(self._fetch(digest))

    def read(self, digest: bytes, start: int, stop: int) -> Iterator[bytes]:
        """See ``BlockStore.read``."""
        if digest == EMPTY_DIGEST:
            return zeros(stop - start)
        block = self._recent.find(digest)
        if block is None:
            block = self._fetch(digest)
            self._recent.add(digest, block)
        return _pieces(block, start, stop)

    def send(self, digest: bytes, start: int, stop: int) -> Iterator[Piece]:
        """See ``BlockStore.send``."""
        return self.read(digest, start, stop)

    def peek(self, digest: bytes, start: int, stop: int) -> bytes | None:
        """See ``BlockStore.peek``: whatever is read may wait for the network."""
        return None

    def exists(self, digests: Iterable[bytes]) -> set[bytes]:
        """See ``BlockStore.exists``: a request for each, several at once."""
        wanted = list(digests)
        if len(wanted) < 2:
            return {digest for digest in wanted if self._is_kept(digest)}
        with ThreadPoolExecutor(min(len(wanted), _REQUESTS_AT_ONCE)) as pool:
            found = pool.map(self._is_kept, wanted)
            return {digest for digest, kept in zip(wanted, found, strict=True) if kept}

    def scan(self, after: bytes = b"") -> Iterator[StoredBlock]:
        """See ``BlockStore.scan``: times are S3's; objects with other keys are passed over."""
        for entry in self._bucket.objects(_key(after) if after else ""):
            if entry["path"] >= _RETIRED:
                return
            if found := _BLOCK_KEY.fullmatch(entry["path"]):
                moment = entry["last_modified"].timestamp()
                yield StoredBlock(bytes.fromhex(found[1]), entry["size"], moment)

    def retire(self, digest: bytes) -> None:
        """See ``BlockStore.retire``."""
        with suppress(FileNotFoundError):
            self._bucket.copy(_key(digest), _retired_key(digest))
            self._bucket.delete(_key(digest))
        crash_point("block-retired")

    def recall(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.recall``: a look at each object."""
        for digest in digests:
            if not self._bucket.has(_key(digest)):
                self._bring_back(digest)

    def discard(self, digest: bytes) -> None:
        """See ``BlockStore.discard``."""
        self._recent.forget(digest)
        self._bucket.delete(_retired_key(digest))
        crash_point("block-discarded")

    def retired(self) -> Iterator[StoredBlock]:
        """See ``BlockStore.retired``: with the times at which they were."""
        for entry in self._bucket.objects(below=_RETIRED):
            if found := _BLOCK_KEY.fullmatch(entry["path"]):
                moment = entry["last_modified"].timestamp()
                yield StoredBlock(bytes.fromhex(found[1]), entry["size"], moment)

    def check(self, digest: bytes, *, mend: bool = False) -> int:
        """See ``BlockStore.check``: there is nothing to mend."""
        return 0 if digest == EMPTY_DIGEST else len(self._compared(digest))

    def quarantine(self, digest: bytes) -> bool:
        """See ``BlockStore.quarantine``.

        The object stays where it is, for S3 cannot delete what was read and nothing younger:
        that could be the upload that heals it. Reading it fails since it is compared; a store
        that never compares goes on to serve it.
        """
        try:
            self.check(digest)
        except (BlockNotFoundError, BlockDamagedError):
            self._recent.forget(digest)
            return True
        return False

    def delete(self, digest: bytes) -> None:
        """See ``BlockStore.delete``."""
        self.discard(digest)
        self._bucket.delete(_key(digest))

    def sweep(self, older_than_seconds: float, *, remove: bool = True) -> Leftovers:
        """See ``BlockStore.sweep``: a PUT leaves a whole object or none."""
        return Leftovers()

    def _bring_back(self, digest: bytes) -> None:
        try:
            self._bucket.copy(_retired_key(digest), _key(digest))
        except FileNotFoundError:
            if not self._bucket.has(_key(digest)):  # else somebody has just done the same
                raise BlockNotFoundError(digest) from None
        self._bucket.delete(_retired_key(digest))

    def _fetch(self, digest: bytes) -> memoryview:
        return self._find(digest) if self._verify == "never" else self._compared(digest)

    def _compared(self, digest: bytes) -> memoryview:
        """The whole block. What does not match is fetched again: it may be the network's fault."""
        for _ in range(READINGS):
            block = self._find(digest)
            found = sha256(block).digest()
            if found == digest:
                return block
            logger.warning("block %s came with wrong bytes", digest.hex())
        logger.error("block %s is damaged: its bytes hash to %s", digest.hex(), found.hex())
        raise BlockDamagedError(digest)

    def _find(self, digest: bytes) -> memoryview:
        for key in _places(digest):
            with suppress(FileNotFoundError):
                return self._bucket.get(key)
        logger.error("block %s is missing", digest.hex())
        raise BlockNotFoundError(digest)

    def _is_kept(self, digest: bytes) -> bool:
        return digest == EMPTY_DIGEST or any(map(self._bucket.has, _places(digest)))


def _key(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:_FANOUT_DIGITS]}/{name}"


def _retired_key(digest: bytes) -> str:
    return f"{_RETIRED}/{digest.hex()}"


def _places(digest: bytes) -> Iterator[str]:
    """Where a block may be; its own place twice, for it may come back between two looks."""
    yield _key(digest)
    yield _retired_key(digest)
    yield _key(digest)


def _pieces(block: memoryview, start: int, stop: int) -> Iterator[bytes]:
    end = min(stop, len(block))
    for position in range(start, end, PIECE_SIZE):
        yield bytes(block[position : min(position + PIECE_SIZE, end)])
    yield from zeros(stop - max(start, len(block)))
