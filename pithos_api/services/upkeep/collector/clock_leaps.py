"""Leaps of the machine's clock, which must not make what has just been put seem old."""

import time
from functools import cache
from typing import Final

_TRIFLE_SECONDS: Final = 60.0


class Leaps:
    """Compares the clock with the time that has passed in fact since the process began."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._noticed: float | None = None

    def seconds(self, patience: float) -> float:
        """Return by how much the clock has leapt forward, 0.0 once that is ``patience`` ago.

        patience: seconds after which nothing is left that the leap makes seem so old.
        """
        passed = time.monotonic()
        leap = time.time() - passed - self._offset
        if leap > _TRIFLE_SECONDS and self._noticed is None:
            self._noticed = passed
        if leap <= _TRIFLE_SECONDS or passed - (self._noticed or passed) > patience:
            self._offset, self._noticed = time.time() - passed, None
            return 0.0
        return leap


@cache
def leaps() -> Leaps:
    """Return those of this machine since the first call in this process."""
    return Leaps()
