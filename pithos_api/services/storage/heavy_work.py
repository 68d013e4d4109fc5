"""Work that takes long for one request, such as reading a large object for its MD5.

A short hashmap may ask for minutes of it. So few requests do it at once, and only while their
client is still there.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from math import inf
from typing import Final

from django.conf import settings

from observability import request_context
from pithos_api.errors import ClientGoneError
from pithos_api.models.statements.objects.many_names import many_versions
from pithos_api.ordering import after
from pithos_api.services import connections
from pithos_api.services.storage.turns import Turns
from pithos_api.values import ContainerPath, ObjectPath

# What is read in some hundredths of a second needs no turn.
LIGHT_SIZE: Final = 16 * 1024 * 1024

# Nor, of an archive, what is unpacked in some hundredths between two pauses.
_SHORT_PIECE: Final = 4 * 1024 * 1024

_SHARE_SECONDS: Final = 2.0  # that a turn at unpacking lasts while others seek one

# Nor what a statement does with so many versions, in some tenths.
FEW_VERSIONS: Final = 10_000


@cache
def _turns() -> Turns:
    return Turns(settings.PITHOS_HEAVY_PER_USER, settings.PITHOS_HEAVY_PER_WORKER)


@contextmanager
def turn_at(actor: int, size: int) -> Iterator[None]:
    """Let a user's request read ``size`` bytes within the block; if they are many, wait for a turn.

    actor: the user's row id. Call it before a transaction, or a lock is held while it waits.

    Raises: BusyError: it does not come in PITHOS_HEAVY_WAIT seconds; ClientGoneError.
    """
    with turn(actor) if size > LIGHT_SIZE else nullcontext():
        yield


@contextmanager
def turn(actor: int) -> Iterator[None]:
    """Let a user's request do within the block what takes long, as ``turn_at`` does."""
    connections.release()
    with _turns().turn(actor, settings.PITHOS_HEAVY_WAIT, check_client):
        yield


@contextmanager
def turn_at_names(actor: int, path: ContainerPath | ObjectPath, prefix: str) -> Iterator[None]:
    """Let a user's request work on all names that begin so; wait for a turn if they are many.

    path: of the container, or in it. actor, raises, when: as of ``turn_at``.
    """
    names = {"first": prefix, "beyond": after(prefix), "few": FEW_VERSIONS}
    many = many_versions.one({"account": path.account, "container": path.container, **names})
    with turn(actor) if many else nullcontext():
        yield


@cache
def _unpacking() -> Turns:
    return Turns(settings.PITHOS_HEAVY_PER_USER, settings.PITHOS_HEAVY_PER_WORKER)


class UnpackingTurns:
    """The turns of a user's request at unpacking its archive.

    It takes one once it has worked for long without leaving its thread; after some seconds that is
    others', if they seek one. So an archive that comes slowly needs none. These turns are apart
    from those at other work: who sends an archive keeps nobody else waiting.
    """

    def __init__(self, actor: int) -> None:
        """actor: the user's row id."""
        self._actor = actor
        self._done = 0  # since it came to its thread
        self._seeks = False
        self._until: float | None = None  # when it may be others' (monotonic); None: there is none

    @contextmanager
    def at_work(self, *, may_leave: bool) -> Iterator[None]:
        """Let the request work within the block.

        may_leave: it can leave its thread and come again, so it does not wait for a turn. Else it
        has one from the beginning.

        Raises: as ``turn_at``, if it may not leave.
        """
        if not may_leave:
            connections.release()
            _unpacking().await_turn(self._actor, settings.PITHOS_HEAVY_WAIT, check_client)
            self._until = inf
        self._done = 0
        try:
            yield
        finally:
            if self._until is not None:
                self._until = None
                _unpacking().leave(self._actor)

    def may_go_on(self, done: int) -> bool:
        """Note that so many bytes more were unpacked; whether to go on, or to leave the thread."""
        self._done += done
        if self._until is None:
            return (self._done <= _SHORT_PIECE and not self._seeks) or self._take()
        self._seeks = time.monotonic() >= self._until and _unpacking().are_sought
        return not self._seeks

    def may_stay(self) -> bool:
        """Have a turn up to the end, if there is one now; whether there is."""
        if self._until is not None or self._take():
            self._until = inf
        return self._until is not None

    def _take(self) -> bool:
        found = _unpacking().take(self._actor, self)
        if found:
            self._until = time.monotonic() + _SHARE_SECONDS
        self._seeks = not found
        return found


class Effort:
    """The bytes that were read for a request so far. Once they are many, its client must be there.

    That is not checked before: some clients end their side when they have sent a small request.
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
    """Make sure that the client still waits for the answer of this thread.

    Raises: ClientGoneError.
    """
    if request_context.client_is_gone():
        raise ClientGoneError
