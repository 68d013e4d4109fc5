"""What a block store is. Every store passes ``tests/pithos_api/blocks/contract.py``."""

from collections.abc import Iterable, Iterator
from typing import Final, Literal, Protocol

PIECE_SIZE: Final = 256 * 1024
"""Bytes of one piece of a read: large enough to stream at 3 GB/s, small enough to stay in cache."""

Verify = Literal["always", "first", "never"]
"""When a store compares a block with its digest before giving bytes of it away: at each read; at
the first read by this process and again whenever the stored file has changed; never."""

_ZEROS: Final = bytes(PIECE_SIZE)


class BlockStore(Protocol):
    """Content-addressed bytes, the same for all accounts.

    A digest is the 32 bytes of SHA-256 of a block without its trailing NULs; the block is stored
    in that trimmed form, so it may be shorter than the piece of an object that it stands for.
    The empty block (``EMPTY_DIGEST``) is never stored and always present.

    A block is never changed in place: a reader finds all of it or none, and one that has begun
    to read is not disturbed by ``put`` or ``delete``. Stores may be used from many threads and
    processes at once.

    Raises, everywhere:
        BlockStoreFullError: no room for a new block; nothing of it remains.
        BlockStoreUnavailableError: the store fails; the operation may not have happened.
    """

    def put(self, digest: bytes, block: bytes | memoryview) -> None:
        """Keep ``block``, which is trimmed, not empty, and has this digest (not checked).

        It is readable at once and durable after ``settle``. Putting a block again does all the
        work again, so that the time it takes tells nobody whether the block was there; and it
        leaves sound bytes behind even if those there before were damaged.
        """

    def settle(self, digests: Iterable[bytes]) -> None:
        """Make blocks that this process has put survive a loss of power.

        To be called once an upload, before the commit of any row that names its blocks.
        """

    def get(self, digest: bytes) -> bytes:
        """The whole block as stored: trimmed. Verified as ``read`` is.

        Raises:
            BlockNotFoundError, BlockDamagedError: as ``read``.
        """

    def read(self, digest: bytes, start: int, stop: int) -> Iterator[bytes]:
        """Bytes ``start`` to ``stop`` (exclusive) of the block, padded with NULs.

        The caller gives offsets within the logical block and gets exactly ``stop - start``
        bytes, in pieces of at most ``PIECE_SIZE``. The block is opened, and verified as the
        store's ``Verify`` says, in this call: before any byte is handed out.

        Raises:
            BlockNotFoundError: the store has no such block; logged, for data is missing.
            BlockDamagedError: the stored bytes do not match the digest; logged as an alarm.
        """

    def exists(self, digests: Iterable[bytes]) -> set[bytes]:
        """Those of ``digests`` that the store has, sound or not.

        For checks of the store itself. Whether a *user* may name a block is never asked here.
        """

    def delete(self, digest: bytes) -> None:
        """Forget a block; absent ones are no error. A loss of power may bring it back."""

    def digests(self, older_than_seconds: float = 0) -> Iterator[bytes]:
        """All stored blocks that were last put at least so long ago, in no order.

        Blocks put or deleted meanwhile may or may not be among them.
        """


def zeros(count: int) -> Iterator[bytes]:
    """``count`` NULs in pieces of at most ``PIECE_SIZE``; none for a count of 0 or less."""
    while count >= PIECE_SIZE:
        yield _ZEROS
        count -= PIECE_SIZE
    if count > 0:
        yield _ZEROS[:count]
