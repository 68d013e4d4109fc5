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


@contextmanager
def turn_at_unpacking(actor: int, *, may_leave: bool) -> Iterator["UnpackingTurn"]:
    """Let a user's request unpack an archive within the block.

    These turns are apart from the others: who sends an archive keeps nobody else waiting.

    actor: the user's row id. may_leave: the request can leave its thread and come again, so it does
    not wait here. Else it has a turn from the beginning.

    Raises: as ``turn_at``, if it may not leave.
    """
    turn = UnpackingTurn(actor)
    if not may_leave:
        turn.wait()
    try:
        yield turn
    finally:
        turn.leave()


class UnpackingTurn:
    """A turn that is taken once a request has unpacked for long without leaving its thread.

    After some seconds it is others', if they seek one. So an archive that comes slowly needs none.
    """

    def __init__(self, actor: int) -> None:
        """actor: the user's row id."""
        self._actor = actor
        self._done = 0
        self._until: float | None = None  # when it may be others' (monotonic); None: there is none

    def add(self, size: int) -> bool:
        """Note that ``size`` bytes more were unpacked; whether to go on, or else to leave."""
        self._done += size
        if self._until is None:
            return self._done <= _SHORT_PIECE or self.take()
        return time.monotonic() < self._until or not _unpacking().are_sought

    def take(self) -> bool:
        """Have a turn if there is one now; whether there is."""
        if self._until is None and _unpacking().take(self._actor):
            self._until = time.monotonic() + _SHARE_SECONDS
        return self._until is not None

    def take_for_good(self) -> bool:
        """Do the same, and keep it however many others seek one."""
        if self.take():
            self._until = inf
        return self._until is not None

    def wait(self) -> None:
        """Have a turn for good, as ``turn_at`` does."""
        connections.release()
        _unpacking().await_turn(self._actor, settings.PITHOS_HEAVY_WAIT, check_client)
        self._until = inf

    def leave(self) -> None:
        """Give it back, if there is one."""
        if self._until is not None:
            self._until = None
            _unpacking().leave(self._actor)


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
