"""Threads that serve connections; more of them for a while when all are held up by slow clients."""

import queue
import threading
import time
from collections.abc import Callable
from typing import Final

from server.connections.connection import Connection

GROWTH: Final = 8
"""How many times the usual threads there may be, unless it is said."""


_STUCK_SECONDS: Final = 0.1
_IDLE_SECONDS: Final = 10.0  # after which a thread holds nothing
_HELD_UP_SECONDS: Final = 5.0  # since all threads were held up, when additional ones go

Handler = Callable[[Connection], None]


class Pool:
    """``size`` threads, up to ``most`` while all are held up."""

    def __init__(self, size: int, most: int, handler: Handler, release: Callable[[], None]) -> None:
        """release: gives back what a thread holds that ends or has no work; runs in that thread."""
        self._size = size
        self._most = most
        self._handler = handler
        self._release = release
        self._ready: queue.SimpleQueue[Connection | None] = queue.SimpleQueue()
        self._threads: set[threading.Thread] = set()
        self._serving: set[int] = set()  # threads that are at work
        self._taken = 0  # connections begun; approximate, only its change matters
        self._stopped = False
        self._progress = (0, 0.0)  # that figure, and when it last changed
        self._grown = 0.0  # when threads were added last
        self.crowded: Callable[[], bool] = lambda: not self._ready.empty()

    @property
    def serving(self) -> int:
        """How many threads are at work."""
        return len(self._serving)

    def start(self) -> None:
        """Start the usual threads."""
        for _ in range(self._size):
            self._add_thread(additional=False)

    def put(self, connection: Connection) -> None:
        """Let the next free thread serve a readable connection."""
        if self._ready.empty():
            self._progress = (self._taken, time.monotonic())  # nobody has waited before now
        self._ready.put(connection)

    def relieve(self) -> None:
        """Add threads if connections wait and no thread has come free for a tenth of a second."""
        now = time.monotonic()
        if self._stopped or self._ready.empty() or self._progress[0] != self._taken:
            self._progress = (self._taken, now)
        elif now - self._progress[1] >= _STUCK_SECONDS:
            self._grown = now
            for _ in range(min(self._ready.qsize(), self._most - len(self._threads))):
                self._add_thread(additional=True)
            self._progress = (self._taken, now)

    def stop(self) -> None:
        """Let each thread end once nothing is waiting."""
        self._stopped = True
        self._ready.put(None)

    def _add_thread(self, *, additional: bool) -> None:
        thread = threading.Thread(target=self._work, args=(additional,), daemon=True)
        self._threads.add(thread)
        thread.start()

    def _work(self, additional: bool) -> None:
        me = threading.get_ident()
        try:
            while (connection := self._next(additional)) is not None:
                self._taken += 1
                self._serving.add(me)
                self._handler(connection)
                self._serving.discard(me)
            self._ready.put(None)  # the word goes round
        except queue.Empty:
            return
        finally:
            self._serving.discard(me)
            self._release()
            self._threads.discard(threading.current_thread())

    def _next(self, additional: bool) -> Connection | None:
        """Wait for a connection; None is the end.

        Raises: queue.Empty: the thread is one too many.
        """
        if additional and time.monotonic() - self._grown > _HELD_UP_SECONDS:
            raise queue.Empty
        try:
            return self._ready.get(timeout=_IDLE_SECONDS)
        except queue.Empty:
            if additional:
                raise
        self._release()
        return self._ready.get()
