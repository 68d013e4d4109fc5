"""Shares new connections evenly among the worker processes.

The kernel wakes all workers for a new connection and the one that is awake already wins; with
kept-alive connections one process, hence one core, would end up with most of the work.
"""

import mmap
from typing import Final

_SLOTS: Final = 128
_FREE: Final = 0xFFFFFFFF


class Balance:
    """Open connections per worker, in memory that the processes share.

    The first process gives out slots and takes them back; a worker writes only its own.
    """

    def __init__(self) -> None:
        self._counts = memoryview(mmap.mmap(-1, _SLOTS * 4)).cast("I")
        for slot in range(_SLOTS):
            self._counts[slot] = _FREE

    def join(self) -> int:
        """Return a slot for a new worker; the last one is shared if there are too many."""
        slot = next((s for s in range(_SLOTS) if self._counts[s] == _FREE), _SLOTS - 1)
        self._counts[slot] = 0
        return slot

    def leave(self, slot: int) -> None:
        """Free the slot of a worker that has ended."""
        self._counts[slot] = _FREE

    def note(self, slot: int, connections: int) -> None:
        """Write down how many connections a worker has."""
        self._counts[slot] = connections

    def is_lightest(self, slot: int) -> bool:
        """Whether no other worker has fewer connections."""
        return self._counts[slot] <= min(self._counts)
