"""Hashing and keeping the blocks of one upload, beside the thread that receives them.

MD5 goes strictly in order in one thread of a process-wide pool; SHA-256 with the write of the block
in another; so receiving, MD5 and writing overlap, and MD5 (0.6 GB/s) sets the pace. Where SHA-512
of the whole is wanted, it goes in a thread of its own beside MD5. Small blocks are not worth the
hand-over and are done by the caller.
"""

import os
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache
from hashlib import md5, sha256, sha512
from types import TracebackType
from typing import Any, Final, Self

from pithos_api.blocks.base import BlockStore
from pithos_api.blocks.buffers import TURN_SECONDS, buffer_pool
from pithos_api.blocks.hashing import EMPTY_DIGEST, trimmed_length

MAX_BUFFERS: Final = 3
"""Blocks in memory per upload: one being received, two being hashed and written."""

HANDOVER_SIZE: Final = 256 * 1024
"""Bytes from which a block is worth another thread."""

SMALL_BODY: Final = 64 * 1024
"""Buffers up to this size are made afresh, which costs next to nothing; larger are borrowed."""

POOL_THREADS: Final = 16
"""More than cores, because a thread sleeps while the disk writes."""


@cache
def _threads() -> ThreadPoolExecutor:
    """The process's pool, made on first use: threads do not survive the fork of a worker."""
    os.register_at_fork(after_in_child=_threads.cache_clear)
    return ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="blocks")


@dataclass(frozen=True, slots=True)
class _Kept:
    digest: bytes
    length: int
    inline: bytes | None


@dataclass(frozen=True, slots=True)
class _Pending:
    """A block in other threads' hands; its buffer is free when all are done."""

    buffer: memoryview
    digesting: tuple[Future[None], ...]
    keeping: Future[_Kept]


def _run_here(keep: Callable[[memoryview], _Kept], block: memoryview) -> Future[_Kept]:
    """``keep(block)``, done by this thread; its error comes out where a pool's would."""
    done: Future[_Kept] = Future()
    try:
        done.set_result(keep(block))
    except BaseException as error:  # raised again by done.result()
        done.set_exception(error)
    return done


def _wait_for(digesting: tuple[Future[None], ...]) -> None:
    for each in digesting:
        each.result()


def put_all(store: BlockStore, blocks: Mapping[bytes, bytes]) -> None:
    """Put small blocks beside each other, since each waits for the disk; then they are durable.

    Raises: BlockStoreFullError, BlockStoreUnavailableError: some may be there, for a sweep.
    """
    if not blocks:
        return
    futures = [_threads().submit(store.put, digest, block) for digest, block in blocks.items()]
    wait(futures)
    for future in futures:
        future.result()
    store.settle(blocks.keys())


class BlockPipeline:
    """A context manager: on leaving, by error or not, no thread works for it, and it has no buffer.

    After ``complete`` it may be entered again, and goes on where it was.

    After ``finish``: ``digests`` of all blocks in order; ``md5`` of all bytes, and ``sha512`` if
    it was wanted; ``lengths``, the trimmed bytes of each distinct block that is not empty;
    ``inline``, the bytes of those that are no longer than ``inline_limit`` and hence not in the
    store.
    """

    def __init__(
        self,
        store: BlockStore,
        inline_limit: int,
        buffer_size: int,
        *,
        with_sha512: bool = False,
    ) -> None:
        self.md5 = md5(usedforsecurity=False)
        self.sha512 = sha512() if with_sha512 else None
        self._of_all = [self.md5] if self.sha512 is None else [self.md5, self.sha512]
        self.digests: list[bytes] = []
        self.lengths: dict[bytes, int] = {}
        self.inline: dict[bytes, bytes] = {}
        self._store = store
        self._inline_limit = inline_limit
        self._buffer_size = buffer_size
        self._made: list[memoryview] = []
        self._free: list[memoryview] = []
        self._pending: deque[_Pending] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pending:
            futures: list[Future[Any]] = []
            for pending in self._pending:
                futures += *pending.digesting, pending.keeping
            for future in futures:
                future.cancel()
            wait(futures)
            self._note_put()
        self._give_back()
        self._pending.clear()

    def next_buffer(self) -> memoryview:
        """A buffer to receive one block into; waits when all are in use."""
        if not self._free and len(self._made) < MAX_BUFFERS:
            buffer = self._new_buffer()
            if buffer is not None:
                self._made.append(buffer)
                return buffer
        if not self._free:
            self._retire()
        return self._after_others() or self._free.pop()

    def accept(self, buffer: memoryview, filled: int, *, is_last: bool) -> None:
        """Take the first ``filled`` bytes of a buffer from ``next_buffer`` as the next block."""
        block = buffer[:filled]
        if filled < HANDOVER_SIZE:
            self._do_now(buffer, block)
        else:
            self._hand_over(buffer, block, is_last=is_last)

    def complete(self) -> None:
        """Wait for all blocks."""
        while self._pending:
            self._retire()

    def finish(self) -> None:
        """Wait for all blocks and settle those that were put."""
        self.complete()
        put = self.lengths.keys() - self.inline.keys()
        if put:
            self._store.settle(put)

    def put_so_far(self) -> dict[bytes, int]:
        """Return the blocks that are in the store, digest to stored bytes; after leaving."""
        return {d: length for d, length in self.lengths.items() if d not in self.inline}

    def _note_put(self) -> None:
        """Record what other threads have put before an error ended the upload."""
        for pending in self._pending:
            done = pending.keeping
            if not done.cancelled() and done.exception() is None:
                self._record(done.result())

    def _new_buffer(self) -> memoryview | None:
        """A buffer more; None if the process has many in use, and this upload one at least."""
        if self._buffer_size <= SMALL_BODY:
            return memoryview(bytearray(self._buffer_size))
        pool = buffer_pool(self._buffer_size)
        return pool.borrow_another() if self._made else pool.borrow()

    def _after_others(self) -> memoryview | None:
        """Let uploads have this one's buffers that wait for some, and return another; or None."""
        if self._buffer_size <= SMALL_BODY or not buffer_pool(self._buffer_size).wanted:
            return None
        self.complete()
        self._give_back()
        buffer = buffer_pool(self._buffer_size).borrow(TURN_SECONDS)
        self._made.append(buffer)
        return buffer

    def _give_back(self) -> None:
        """Be without buffers: no thread works on one."""
        if self._buffer_size > SMALL_BODY:
            for buffer in self._made:
                buffer_pool(self._buffer_size).give_back(buffer)
        self._made, self._free = [], []

    def _do_now(self, buffer: memoryview, block: memoryview) -> None:
        while self._pending:
            self._retire()
        if block:
            for of_all in self._of_all:
                of_all.update(block)
            self._record(self._keep(block))
        self._free.append(buffer)

    def _hand_over(self, buffer: memoryview, block: memoryview, *, is_last: bool) -> None:
        if self._pending:
            _wait_for(self._pending[-1].digesting)  # MD5 and SHA-512 have one order
        digesting = tuple(_threads().submit(each.update, block) for each in self._of_all)
        # With nothing left to receive, the caller is the other thread.
        submit = _run_here if is_last else _threads().submit
        keeping = submit(self._keep, block)
        self._pending.append(_Pending(buffer, digesting, keeping))

    def _retire(self) -> None:
        """Wait for the oldest block; its error, if any, is raised here."""
        oldest = self._pending[0]
        self._record(oldest.keeping.result())
        _wait_for(oldest.digesting)
        self._pending.popleft()
        self._free.append(oldest.buffer)

    def _keep(self, block: memoryview) -> _Kept:
        length = trimmed_length(block)
        trimmed = block[:length]
        digest = sha256(trimmed).digest()
        if length > self._inline_limit:
            self._store.put(digest, trimmed)
            return _Kept(digest, length, None)
        return _Kept(digest, length, bytes(trimmed))

    def _record(self, kept: _Kept) -> None:
        self.digests.append(kept.digest)
        if kept.digest != EMPTY_DIGEST:
            self.lengths[kept.digest] = kept.length
            if kept.inline is not None:
                self.inline[kept.digest] = kept.inline
