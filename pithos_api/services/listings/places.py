"""How many long pages are made at once: each takes megabytes here and ten in Postgres."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from django.conf import settings

from pithos_api.services import connections
from web.errors import Unavailable

LONG: Final = 2000
"""Names from which a page is long."""

PLACES: Final = 2


class TooManyPagesError(Unavailable):
    """As many long pages as may are made already."""

    def __init__(self) -> None:
        super().__init__("too many long listings are made at once; try again")


@cache
def _places() -> BoundedSemaphore:
    """Return this worker's places."""
    return BoundedSemaphore(PLACES)


@contextmanager
def place_for(names: int) -> Iterator[None]:
    """Be one of two in this worker who read a page of so many names, if they are many.

    Raises: TooManyPagesError: others took all places for PITHOS_HEAVY_WAIT.
    """
    if names < LONG:
        yield
        return
    connections.release()
    if not _places().acquire(timeout=settings.PITHOS_HEAVY_WAIT):
        raise TooManyPagesError
    try:
        yield
    finally:
        _places().release()
