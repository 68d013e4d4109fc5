"""Work that takes long for one request, such as reading a large object for its MD5.

A short hashmap may ask for minutes of it. So few requests do it at once, and only while their
client is still there.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
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
def turn_at_unpacking(actor: int) -> Iterator[None]:
    """Let a user's request unpack an archive within the block; wait for a turn first.

    These turns are apart from the others: who sends an archive slowly keeps nobody else waiting.

    actor, raises: as of ``turn_at``.
    """
    connections.release()
    with _unpacking().turn(actor, settings.PITHOS_HEAVY_WAIT, check_client):
        yield


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
