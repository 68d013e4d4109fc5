"""Block buffers that are used again and again.

A page that a process touches for the first time costs more than the SHA-256 of it (1.5 GB/s
against 12.5 GB/s for a copy into a warm page), so uploads borrow buffers instead of making them.

They are mappings of their own, not from malloc: that keeps what was freed, 4 MiB at a time, in the
arenas of the threads that freed it, so that a worker stayed some 100 MiB larger after a rush.
"""

import mmap
import time
from functools import cache
from threading import Condition
from typing import Final

MAX_IDLE: Final = 4
"""Buffers kept per process and size while no upload uses them: 16 MiB at blocks of 4 MiB."""

MOST: Final = 8
"""Buffers in use per process from which uploads take turns, a block each: 32 MiB. More of them make
nothing faster, since two cores hash two blocks at a time."""

PATIENCE_SECONDS: Final = 0.5
"""How long an upload waits for its first buffer while so many are in use; then it gets one more.
Who receives into one and gets nothing gives it back sooner."""

TURN_SECONDS: Final = 1.0
"""The same for an upload that has had its turn."""

IDLE_SECONDS: Final = 5.0
"""After so long without a use, ``trim`` lets idle buffers go."""


class BufferPool:
    """Idle buffers of one size, the warmest on top. For many threads."""

    def __init__(self, size: int, idle_seconds: float = IDLE_SECONDS) -> None:
        self._size = size
        self._idle_seconds = idle_seconds
        self._idle: list[memoryview] = []
        self._in_use = 0
        self._waiting = 0
        self._used_at = 0.0
        self._returned = Condition()

    @property
    def wanted(self) -> bool:
        """Whether uploads wait for a buffer."""
        return self._waiting > 0

    def borrow(self, patience: float = PATIENCE_SECONDS) -> memoryview:
        """A buffer of the pool's size (bytes) with whatever was in it last.

        If many are in use, it waits for one, ``patience`` seconds at most.
        """
        with self._returned:
            if self._in_use >= MOST or self._waiting:
                self._await_one(patience)
            return self._take()

    def borrow_another(self) -> memoryview | None:
        """A buffer for who has one already; None if many are in use."""
        with self._returned:
            return None if self._in_use >= MOST or self._waiting else self._take()

    def give_back(self, buffer: memoryview) -> None:
        """Return a buffer that nobody reads or writes any more."""
        with self._returned:
            self._in_use -= 1
            if len(self._idle) < MAX_IDLE:
                self._idle.append(buffer)
            if self._in_use < MOST:
                self._returned.notify()

    def trim(self) -> None:
        """Give idle buffers back to the system if none was borrowed of late."""
        with self._returned:
            if time.monotonic() - self._used_at > self._idle_seconds:
                self._idle.clear()

    def _await_one(self, patience: float) -> None:
        """Wait for a buffer behind all who wait already."""
        self._waiting += 1
        try:
            self._returned.wait(patience)  # one is woken for each that comes back, in turn
        finally:
            self._waiting -= 1

    def _take(self) -> memoryview:
        self._in_use += 1
        self._used_at = time.monotonic()
        if self._idle:
            return self._idle.pop()
        return memoryview(mmap.mmap(-1, self._size))


@cache
def buffer_pool(size: int) -> BufferPool:
    """The process's pool of buffers of ``size`` bytes."""
    return BufferPool(size)
