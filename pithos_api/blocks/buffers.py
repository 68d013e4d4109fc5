"""Block buffers that are used again and again.

A page that a process touches for the first time costs more than the SHA-256 of it (1.5 GB/s
against 12.5 GB/s for a copy into a warm page), so uploads borrow buffers instead of making them.

They are mappings of their own, not from malloc: that keeps what was freed, 4 MiB at a time, in the
arenas of the threads that freed it, so that a worker stayed some 100 MiB larger after a rush.
"""

import mmap
from functools import cache
from typing import Final

MAX_IDLE: Final = 8
"""Buffers kept per process and size while no upload uses them: 32 MiB at blocks of 4 MiB."""


class BufferPool:
    """Idle buffers of one size, the warmest on top. For many threads; never blocks."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._idle: list[memoryview] = []

    def borrow(self) -> memoryview:
        """A buffer of the pool's size (bytes) with whatever was in it last."""
        try:
            return self._idle.pop()
        except IndexError:
            return memoryview(mmap.mmap(-1, self._size))

    def give_back(self, buffer: memoryview) -> None:
        """Return a buffer that nobody reads or writes any more."""
        if len(self._idle) < MAX_IDLE:
            self._idle.append(buffer)


@cache
def buffer_pool(size: int) -> BufferPool:
    """The process's pool of buffers of ``size`` bytes."""
    return BufferPool(size)
