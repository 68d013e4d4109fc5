"""Turns at work that takes long: few at a time for each key and in all, some more wait."""

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Final

from pithos_api.errors import BusyError

# How often whoever waits looks whether it still should.
_GLANCE_SECONDS: Final = 0.5
_WAITING_FOR_EACH: Final = 2
_SOUGHT_SECONDS: Final = 3.0  # who found no turn and comes again does so more often


class Turns:
    """Turns within this process.

    each, total: how many have a turn at once, of one key and in all. Twice as many may wait:
    a thread that waits is one that serves nobody.
    """

    def __init__(self, each: int, total: int) -> None:
        self._each = each
        self._total = total
        self._changed = Condition()
        self._at_work: Counter[Hashable] = Counter()
        self._waiting: Counter[Hashable] = Counter()
        # Who found none, in order: their key, and when that was last (monotonic).
        self._seekers: dict[object, tuple[Hashable, float]] = {}

    @contextmanager
    def turn(
        self, key: Hashable, patience: float, check: Callable[[], None] = lambda: None
    ) -> Iterator[None]:
        """Have a turn within the block.

        patience: seconds to wait. check: called now and then meanwhile; its error ends the waiting.

        Raises: BusyError: too many wait already, or it took too long.
        """
        self.await_turn(key, patience, check)
        try:
            yield
        finally:
            self.leave(key)

    def await_turn(
        self, key: Hashable, patience: float, check: Callable[[], None] = lambda: None
    ) -> None:
        """Take a turn, to be left. All is as of ``turn``."""
        with self._changed:
            if not self._has_room(self._at_work, key):
                self._wait(key, time.monotonic() + patience, check)
            self._at_work[key] += 1

    def take(self, key: Hashable, seeker: object) -> bool:
        """Take a turn, to be left, if there is one now; whether there is.

        seeker: who asks again, each second or so, where there is none. The first is the first.
        """
        with self._changed:
            self._forget_seekers()
            free = self._has_room(self._before(seeker), key)
            if free:
                self._seekers.pop(seeker, None)
                self._at_work[key] += 1
            else:
                self._seekers[seeker] = key, time.monotonic()
        return free

    def leave(self, key: Hashable) -> None:
        """Give back a turn."""
        with self._changed:
            _lessen(self._at_work, key)
            self._changed.notify_all()

    @property
    def are_sought(self) -> bool:
        """Whether somebody has found none of late, and may come again."""
        with self._changed:
            self._forget_seekers()
            return bool(self._seekers)

    def _wait(self, key: Hashable, deadline: float, check: Callable[[], None]) -> None:
        if not self._has_room(self._waiting, key, _WAITING_FOR_EACH):
            raise BusyError
        self._waiting[key] += 1
        try:
            while not self._has_room(self._at_work, key):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise BusyError
                check()
                self._changed.wait(min(left, _GLANCE_SECONDS))
        finally:
            _lessen(self._waiting, key)

    def _before(self, seeker: object) -> Counter[Hashable]:
        """Return who would be at work if all had turns who seek one for longer."""
        at_work = self._at_work.copy()
        for each, (key, _) in self._seekers.items():
            if each is seeker:
                break
            if self._has_room(at_work, key):
                at_work[key] += 1
        return at_work

    def _forget_seekers(self) -> None:
        """Forget those who have not come again."""
        since = time.monotonic() - _SOUGHT_SECONDS
        gone = [seeker for seeker, (_, last) in self._seekers.items() if last < since]
        for seeker in gone:
            del self._seekers[seeker]

    def _has_room(self, counts: Counter[Hashable], key: Hashable, times: int = 1) -> bool:
        return counts[key] < times * self._each and counts.total() < times * self._total


def _lessen(counts: Counter[Hashable], key: Hashable) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]  # keys are users: there may be many
