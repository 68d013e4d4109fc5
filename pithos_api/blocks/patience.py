"""Repeating what a network may have spoilt, for a limited time."""

import logging
import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

logger = logging.getLogger(__name__)

PAUSES_SECONDS: Final = (0.1, 0.3, 0.9, 2.0)
"""At most so long before the second, third, … attempt; five attempts in all."""

T = TypeVar("T")


def persist(
    act: Callable[[], T], is_transient: Callable[[Exception], bool], patience_seconds: float
) -> T:
    """The result of ``act``, which is tried up to five times if its errors are transient.

    No attempt begins later than ``patience_seconds`` after the first. Between attempts is a pause
    of random length (full jitter), so that many threads do not come back at once to a store that
    has just recovered.

    Raises: the error of the last attempt.
    """
    deadline = time.monotonic() + patience_seconds
    for pause in PAUSES_SECONDS:
        try:
            return act()
        except Exception as error:
            if not is_transient(error):
                raise
            delay = random.uniform(0, pause)  # noqa: S311 - nobody gains by guessing it
            if time.monotonic() + delay >= deadline:
                raise
            logger.info("tried again: %s", error)
        time.sleep(delay)
    return act()
