"""Work that takes long for one request, such as reading a large object for its MD5.

A short hashmap may ask for minutes of it. So few do it at once, and for nobody else than a client
that is still there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from django.conf import settings

from pithos_api.errors import ClientGoneError
from pithos_api.services import sessions
from pithos_api.services.turns import Turns
from watching import origin

# What is read in some hundredths of a second needs no turn.
LIGHT_SIZE: Final = 16 * 1024 * 1024


@cache
def _turns() -> Turns:
    return Turns(settings.PITHOS_HEAVY_PER_USER, settings.PITHOS_HEAVY_PER_WORKER)


@contextmanager
def turn_at(actor: int, size: int) -> Iterator[None]:
    """Read ``size`` bytes within the block, for a user: if they are many, when it is its turn.

    actor: the user's row id. Call it before a transaction, or a lock is held while it waits.

    Raises: BusyError: it does not come in PITHOS_HEAVY_WAIT seconds; ClientGoneError.
    """
    if size <= LIGHT_SIZE:
        yield
        return
    sessions.spare()
    with _turns().turn(actor, settings.PITHOS_HEAVY_WAIT, check_client):
        yield


class Effort:
    """What a request has had read so far. Once it is much, its client must still be there.

    Not before: some clients end their side as soon as they have sent a small request.
    """

    def __init__(self) -> None:
        self._done = 0

    def add(self, size: int) -> None:
        """Note that ``size`` bytes more are to be read; costs some microseconds at most.

        Raises: ClientGoneError.
        """
        self._done += size
        if self._done > LIGHT_SIZE:
            check_client()


def check_client() -> None:
    """Make sure that somebody waits for what this thread does.

    Raises: ClientGoneError.
    """
    if origin.client_is_gone():
        raise ClientGoneError
