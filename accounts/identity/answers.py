"""What providers said, for a short while."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final, TypeAlias

from cachetools import TLRUCache

from accounts.errors import DeniedError, OutOfScopeError
from accounts.tokens.credentials import Credentials

POSITIVE_SECONDS: Final = 60.0
NEGATIVE_SECONDS: Final = 5.0
_MOST: Final = 10_000


# Whose a token is; None for "not mine"; an error to be raised for what was refused.
Verdict: TypeAlias = Credentials | type[DeniedError] | type[OutOfScopeError] | None


@dataclass(frozen=True, slots=True)
class CachedVerdict:
    """A verdict, and for how many seconds it holds from when it was given."""

    verdict: Verdict
    seconds: float


class Answers:
    """Verdicts by the SHA-256 of the token; those go first that were asked for least lately.

    One for each provider.
    """

    def __init__(self, most: int = _MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._answers: TLRUCache[bytes, CachedVerdict] = TLRUCache(most, _until, clock)
        self._lock = Lock()

    def find(self, digest: bytes) -> CachedVerdict | None:
        """Return the answer for a token, if there is one that still holds."""
        with self._lock:
            return self._answers.get(digest)

    def keep(self, digest: bytes, verdict: Verdict, left: float = POSITIVE_SECONDS) -> None:
        """Keep a verdict. left: seconds until the token expires."""
        good = isinstance(verdict, Credentials)
        seconds = min(POSITIVE_SECONDS if good else NEGATIVE_SECONDS, left)
        with self._lock:
            self._answers[digest] = CachedVerdict(verdict, seconds)


def _until(_digest: bytes, answer: CachedVerdict, now: float) -> float:
    return now + answer.seconds
