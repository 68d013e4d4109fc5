"""One run for all who ask: for services that may hang, such as a network file system."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """A function that runs in a thread of its own, and whose callers wait only for a limited time.

    Callers that ask while it hangs wait for the same run, so it never holds more than one thread.
    """

    def __init__(self, act: Callable[[], T]) -> None:
        self._act = act
        self._lock = threading.Lock()
        self._running: Future[T] | None = None

    def start(self) -> "Future[T]":
        """Return the run under way, or a new one."""
        with self._lock:
            running = self._running
            if running is None:
                running = self._running = Future()
                threading.Thread(target=self._run, args=(running,), daemon=True).start()
        return running

    def result(self, seconds: float) -> T:
        """Return what the function returns.

        Raises: TimeoutError: it has not returned within ``seconds``; errors of the function itself.
        """
        return self.start().result(seconds)

    def _run(self, running: Future[T]) -> None:
        try:
            value = self._act()
        except Exception as error:
            self._running = None
            running.set_exception(error)
        else:
            self._running = None
            running.set_result(value)
