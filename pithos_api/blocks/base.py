"""What a block store is. Every store passes ``tests/pithos_api/blocks/contract.py``."""

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, Protocol

PIECE_SIZE: Final = 256 * 1024
"""Bytes of one piece of a read: large enough to stream at 3 GB/s, small enough to stay in cache."""

Verify = Literal["always", "first", "never"]
"""When a store compares a block with its digest before giving bytes of it away: at each read; at
the first read by this process and again whenever the stored file has changed; never."""

_ZEROS: Final = bytes(PIECE_SIZE)


@dataclass(frozen=True, slots=True)
class FileSpan:
    """The bytes from ``start`` to ``stop`` of an open file, which the kernel can send by itself.

    Good until the next piece is asked for. ``bytes(span)`` reads them.

    Raises: OSError: the file cannot be read, or became shorter.
    """

    fd: int
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    def __bytes__(self) -> bytes:
        return b"".join(file_pieces(self.fd, self.start, self.stop))


def file_pieces(fd: int, start: int, stop: int) -> Iterator[bytes]:
    """The file's bytes from ``start`` to ``stop``, which must be within it."""
    while start < stop:
        piece = os.pread(fd, min(PIECE_SIZE, stop - start), start)
        if not piece:
            raise OSError(errno.EIO, "a block became shorter while it was read")
        start += len(piece)
        yield piece


Piece = bytes | FileSpan
"""A run of a body: bytes, or where they are."""


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """A block as the store has it: digest, 32 bytes; size, stored bytes; put_at, Unix time."""

    digest: bytes
    size: int
    put_at: float


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What broken writes have left in a store: how many files, and their bytes."""

    files: int = 0
    bytes: int = 0


class BlockStore(Protocol):
    """Content-addressed bytes, the same for all accounts.

    A digest is the 32 bytes of SHA-256 of a block without its trailing NULs; the block is stored
    in that trimmed form, so it may be shorter than the piece of an object that it stands for.
    The empty block (``EMPTY_DIGEST``) is never stored and always present.

    A block is never changed in place: a reader finds all of it or none, and one that has begun
    to read is not disturbed by ``put``, ``retire``, ``discard`` or ``delete``. Stores may be used
    from many threads and processes at once.

    **How a block goes.** No store can compare and delete in one step, so who deletes could hit a
    block that was put a moment before. Hence two steps, neither of which loses anything by
    itself: ``retire`` hides the block from ``scan`` only, and every reader still has it; ``put``
    and ``recall`` bring it back. ``discard`` forgets the retired bytes, and not those that a
    ``put`` or ``recall`` has brought back since. In between the collector waits until every
    upload that might not have noticed has ended, and asks again whether a row names the block.
    Only one process at a time may retire or discard, from before it looks at ``retired`` until it
    has discarded: else a block could be retired for a second time in between.

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

    def send(self, digest: bytes, start: int, stop: int) -> Iterator[Piece]:
        """As ``read``, but bytes beyond the first piece may be left where they are.

        The first piece is read, so that a failing disk is noticed before anything is sent.
        """

    def peek(self, digest: bytes, start: int, stop: int) -> bytes | None:
        """As ``read``, for who must not wait: the bytes, if they are in memory and verified.

        None: ask ``read``, which may wait, and says what is wrong, if anything is.
        """

    def exists(self, digests: Iterable[bytes]) -> set[bytes]:
        """Those of ``digests`` that the store has, sound or not.

        For checks of the store itself. Whether a *user* may name a block is never asked here.
        """

    def scan(self, after: bytes = b"") -> Iterator[StoredBlock]:
        """All blocks whose digest is greater than ``after``, in order of digests.

        Retired and empty blocks are left out. Blocks that are put, retired or deleted meanwhile may
        or may not be among them. Memory is bounded: a few thousand entries at a time.
        """

    def retire(self, digest: bytes) -> None:
        """Retire a block; one that is not there is no error.

        ``scan`` yields it no more, and ``retired`` does. ``get``, ``read`` and ``exists`` find it
        as before, also after a loss of power.
        """

    def recall(self, digests: Iterable[bytes]) -> None:
        """Make sure that these blocks are there, durable, and not retired.

        An upload asks for it right before the commit that names its blocks, if it has taken so
        long that they may have been retired meanwhile.

        Raises:
            BlockNotFoundError: one was discarded; its bytes must be put again.
        """

    def discard(self, digest: bytes) -> None:
        """Remove the retired bytes of a block for good; it is no error if there are none."""

    def retired(self) -> Iterator[StoredBlock]:
        """All retired blocks, in no order; ``put_at`` may be when they were retired."""

    def check(self, digest: bytes, *, mend: bool = False) -> int:
        """Read all of a block from the medium, whatever ``Verify`` says; its stored bytes.

        mend: also put right what the store keeps beside a sound block. Without it nothing changes.

        Raises:
            BlockNotFoundError, BlockDamagedError: as ``read``.
        """

    def quarantine(self, digest: bytes) -> bool:
        """Take a block out of use if it is damaged; returns False, and leaves it, if it is sound.

        If it returns True, reading the block fails until it is put again, or there is no such
        block. A store moves the block where no reader looks, and keeps it there for the operator,
        if it can do so without hitting a block that is just being put.
        """

    def delete(self, digest: bytes) -> None:
        """Remove a block at once, retired or not; one that is absent is no error.

        Use it only for blocks that nobody can be putting or naming: for a copy that is given up,
        and in tests. A loss of power may bring the block back.
        """

    def sweep(self, older_than_seconds: float, *, remove: bool = True) -> Leftovers:
        """Remove the files that broken writes have left, or only count them.

        older_than_seconds: younger files may belong to writes under way, and stay.
        """


def zeros(count: int) -> Iterator[bytes]:
    """``count`` NULs in pieces of at most ``PIECE_SIZE``; none for a count of 0 or less."""
    while count >= PIECE_SIZE:
        yield _ZEROS
        count -= PIECE_SIZE
    if count > 0:
        yield _ZEROS[:count]
