"""A circuit breaker: a service in trouble is left alone, so that the store goes on."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition
from typing import Final

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a service is left alone, and how many threads may wait for it.

    failures: after so many failures in a row nobody asks for rest_seconds.
    at_once: so many threads may be asking; further ones wait until one of them has an answer.
    silence_seconds: neither limit refuses anybody before the service was silent for so long.
    """

    failures: int = 5
    rest_seconds: float = 10.0
    at_once: int = 8
    silence_seconds: float = 0.0


class CircuitBreaker:
    """A circuit breaker, and a limit to how many threads wait for one service.

    While the service rests nobody is let through. After the rest one caller tries, and another one
    each time that a rest has passed without an answer. The first answer lets everybody through.
    """

    def __init__(
        self,
        service: str,
        refusal: Callable[[], Exception],
        is_failure: Callable[[Exception], bool],
        limits: Limits = Limits(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._refusal = refusal
        self._is_failure = is_failure
        self._limits = limits
        self._clock: Final = clock
        self._changed = Condition()
        self._inside = 0
        self._failures = 0
        self._silent_since = 0.0
        self._full_since = 0.0
        self._rests_until = 0.0

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Let one question through, and count whether it fails.

        Raises: ``refusal``'s error: the service is left alone, or too many wait for it.
        """
        self._enter()
        answered = True
        try:
            yield
        except Exception as error:
            answered = not self._is_failure(error)
            raise
        finally:
            self._leave(answered=answered)

    @property
    def is_resting(self) -> bool:
        """Whether the service has failed, and nobody asks it just now."""
        return self._rests_until > self._clock()

    def _enter(self) -> None:
        with self._changed:
            while self._inside >= self._limits.at_once:
                # One that hangs alone since long says nothing of those who have just come.
                since = max(self._silent_since, self._full_since)
                patience = since + self._limits.silence_seconds - self._clock()
                if patience <= 0:
                    raise self._refusal()
                self._changed.wait(patience)
            if not self._may_try():
                raise self._refusal()
            if not (self._inside or self._failures):
                self._silent_since = self._clock()
            self._inside += 1
            if self._inside == self._limits.at_once:
                self._full_since = self._clock()

    def _may_try(self) -> bool:
        if not self._rests_until:
            return True
        now = self._clock()
        if now < self._rests_until:
            return False
        self._rests_until = now + self._limits.rest_seconds  # the others wait for this one
        return True

    def _leave(self, *, answered: bool) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify()
            now = self._clock()
            if answered:
                self._failures, self._rests_until, self._silent_since = 0, 0.0, now
                return
            self._failures += 1
            silence = now - self._silent_since
            limits = self._limits
            if self._failures >= limits.failures and silence >= limits.silence_seconds:
                self._rest(now)

    def _rest(self, now: float) -> None:
        if not self._rests_until:
            log.error("%s fails and is left alone for a while", self._service)
        self._rests_until = now + self._limits.rest_seconds
