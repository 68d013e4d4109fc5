"""The few blocks that were read last, for stores where each read is a request."""

from collections import OrderedDict
from threading import Lock
from typing import Final

KEPT: Final = 4
"""Blocks kept by one process: 16 MiB at the usual size."""


class RecentBlocks:
    """Whole verified blocks by digest. They never change, so a remembered block is never stale.

    A player that asks for 64 KiB at a time, or a request for many ranges, would otherwise
    fetch the same 4 MiB again and again.
    """

    def __init__(self, limit: int = KEPT) -> None:
        self._limit = limit
        self._blocks: OrderedDict[bytes, memoryview] = OrderedDict()
        self._lock = Lock()

    def find(self, digest: bytes) -> memoryview | None:
        """The block, if it was among the last ones."""
        with self._lock:
            if digest in self._blocks:
                self._blocks.move_to_end(digest)
            return self._blocks.get(digest)

    def add(self, digest: bytes, block: memoryview) -> None:
        """Remember a block that has been compared with its digest."""
        with self._lock:
            self._blocks[digest] = block
            self._blocks.move_to_end(digest)
            if len(self._blocks) > self._limit:
                self._blocks.popitem(last=False)

    def forget(self, digest: bytes) -> None:
        """Drop a block that is deleted."""
        with self._lock:
            self._blocks.pop(digest, None)
