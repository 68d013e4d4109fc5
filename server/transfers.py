"""How many transfers may wait for their clients without a thread: in all, and of one party.

Each of them holds a socket, and some an open file and bytes in the spool.
"""

import threading
from collections import Counter

from server.errors import TooManyWaitError


class Transfers:
    """Those of one worker. most: in all; of_one: of a party; others than it may go on."""

    def __init__(self, most: int, of_one: int) -> None:
        self._most = most
        self._of_one = of_one
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()
        self._total = 0

    def admit(self, party: str) -> None:
        """Let a transfer begin that may have to wait.

        Raises: TooManyWaitError: as many wait as may.
        """
        if self._total >= self._most or self._waiting[party] >= self._of_one:
            raise TooManyWaitError("too many transfers wait for their clients")

    def enter(self, party: str) -> None:
        """Count one that waits."""
        with self._lock:
            self._waiting[party] += 1
            self._total += 1

    def leave(self, party: str) -> None:
        """Count it no more."""
        with self._lock:
            self._total -= 1
            self._waiting[party] -= 1
            if not self._waiting[party]:
                del self._waiting[party]
