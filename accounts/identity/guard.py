"""A provider in trouble must not take the store with it."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Final

from accounts.errors import ProviderUnavailableError

FAILURES: Final = 5
REST_SECONDS: Final = 10.0
_AT_ONCE: Final = 8

log = logging.getLogger(__name__)


class Guard:
    """A circuit breaker, and a limit to how many threads wait for one provider.

    After FAILURES in a row nobody is let through for REST_SECONDS; then one caller tries.
    """

    def __init__(self, provider: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._provider = provider
        self._clock = clock
        self._lock = Lock()
        self._places = BoundedSemaphore(_AT_ONCE)
        self._failures = 0
        self._rests_until = 0.0

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Let one question through, and learn from how it ends.

        Raises: ProviderUnavailableError: at once, while the provider is left alone or too many
            threads wait for it.
        """
        if not self._may_try() or not self._places.acquire(blocking=False):
            raise ProviderUnavailableError(self._provider)
        try:
            yield
        except ProviderUnavailableError:
            self._note_failure()
            raise
        except Exception:
            self._failures = 0  # it said no; that is an answer
            raise
        else:
            self._failures = 0
        finally:
            self._places.release()

    def _may_try(self) -> bool:
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._clock() < self._rests_until:
                return False
            self._rests_until = self._clock() + REST_SECONDS  # the others wait for this one
            return True

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._rests_until = self._clock() + REST_SECONDS
                log.error("identity provider %s is left alone for a while", self._provider)
