"""Uploads in flight, in memory that the workers of a server share.

A worker writes rows of its own; anybody reads all of them. What is read while it is written may be
wrong for a moment, which nobody relies on.
"""

import mmap
import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

from observability.metrics import SLOTS

ROWS: Final = 64
"""Of one worker: of more uploads at once the others are not told."""

# The worker's process id, begun, last seen, received, expected, address, target.
_ROW: Final = struct.Struct("=qddqq46s418s")
_UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class UploadInFlight:
    """A body that is being received.

    target: the path of its request, cut off where it is long. address: of its client.
    received, expected: bytes; None: the client has not said. seen: when a block came last.
    """

    target: str
    address: str
    begun: datetime
    seen: datetime
    received: int
    expected: int | None

    @property
    def share(self) -> float | None:
        """How much of it has come, 0 to 1."""
        return self.received / self.expected if self.expected else None

    @property
    def bytes_per_second(self) -> float | None:
        """How fast it came so far; None: it has just begun."""
        elapsed = (self.seen - self.begun).total_seconds()
        return self.received / elapsed if elapsed > 0 else None


class UploadBoard:
    """Where workers say what they receive."""

    def __init__(self) -> None:
        # Pages that nobody writes to take no memory.
        self._memory = mmap.mmap(-1, SLOTS * ROWS * _ROW.size)
        self._lock = Lock()
        self._first = 0
        self._free = list(range(ROWS))

    def use_slot(self, slot: int) -> None:
        """Write in the rows of this worker from now on; what another left there goes."""
        self._first, self._free = slot * ROWS, list(range(ROWS))
        start = self._first * _ROW.size
        self._memory[start : start + ROWS * _ROW.size] = bytes(ROWS * _ROW.size)

    def enter(self, target: str, address: str, expected: int | None) -> int | None:
        """Tell of an upload that has begun; return its row, None if there is no room."""
        with self._lock:
            if not self._free:
                return None
            row = self._first + self._free.pop()
        now = time.time()
        size = _UNKNOWN if expected is None else expected
        texts = address.encode()[:46], target.encode()[:418]
        _ROW.pack_into(self._memory, row * _ROW.size, os.getpid(), now, now, 0, size, *texts)
        return row

    def update(self, row: int, received: int) -> None:
        """Tell how many bytes have come."""
        struct.pack_into("=dq", self._memory, row * _ROW.size + 16, time.time(), received)

    def leave(self, row: int) -> None:
        """Tell that the upload has ended, however."""
        struct.pack_into("=q", self._memory, row * _ROW.size, 0)
        with self._lock:
            self._free.append(row - self._first)

    def uploads(self) -> list[UploadInFlight]:
        """Return what all workers receive, the oldest first."""
        return sorted(self._rows(), key=lambda each: each.begun)

    def _rows(self) -> Iterator[UploadInFlight]:
        for pid, begun, seen, received, expected, address, target in _ROW.iter_unpack(self._memory):
            if pid and Path(f"/proc/{pid}").exists():
                yield UploadInFlight(
                    target=_text(target),
                    address=_text(address),
                    begun=datetime.fromtimestamp(begun, UTC),
                    seen=datetime.fromtimestamp(seen, UTC),
                    received=received,
                    expected=None if expected == _UNKNOWN else expected,
                )


def _text(padded: bytes) -> str:
    return padded.rstrip(b"\0").decode(errors="ignore")


class _InstalledBoard:
    board: UploadBoard | None = None


def install(board: UploadBoard) -> None:
    """Tell of uploads on ``board`` from now on; to be called before workers are forked."""
    _InstalledBoard.board = board


def installed() -> UploadBoard | None:
    """Return the board in use, None outside of servers."""
    return _InstalledBoard.board
