"""What providers said, for a short while."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final, TypeAlias

from accounts.errors import DeniedError, OutOfScopeError
from accounts.tokens.credentials import Credentials

POSITIVE_SECONDS: Final = 60.0
NEGATIVE_SECONDS: Final = 5.0
_MOST: Final = 10_000


# Whose a token is; None for "not mine"; an error to be raised for what was refused.
Verdict: TypeAlias = Credentials | type[DeniedError] | type[OutOfScopeError] | None


@dataclass(frozen=True, slots=True)
class CachedVerdict:
    """A verdict, and the monotonic time up to which it holds."""

    verdict: Verdict
    until: float


class Answers:
    """Verdicts by the SHA-256 of the token; the oldest go first. One for each provider."""

    def __init__(self, most: int = _MOST, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._answers: OrderedDict[bytes, CachedVerdict] = OrderedDict()

    def find(self, digest: bytes) -> CachedVerdict | None:
        """Return the answer for a token, if there is one that still holds."""
        answer = self._answers.get(digest)
        return answer if answer is not None and self._clock() < answer.until else None

    def keep(self, digest: bytes, verdict: Verdict, left: float = POSITIVE_SECONDS) -> None:
        """Keep a verdict. left: seconds until the token expires."""
        good = isinstance(verdict, Credentials)
        seconds = min(POSITIVE_SECONDS if good else NEGATIVE_SECONDS, left)
        with self._lock:
            self._answers[digest] = CachedVerdict(verdict, self._clock() + seconds)
            self._answers.move_to_end(digest)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
