"""Bodies that no thread waits for: the request is begun again when more of its body has come.

Our own server can do that (``server/``); under others a thread waits.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from web.errors import (
    BrokenBodyError,
    NoRoomToWaitError,
    PithosError,
    SlowBodyError,
    TooManySlowBodiesError,
)

# What a server whose requests can be begun again names in the environ: what to return for that.
COME_AGAIN: Final = "server.come_again"

# What the server's own errors are here, by their status.
_FAULTS: Final[Mapping[int, Callable[[], PithosError]]] = {
    408: SlowBodyError,
    503: TooManySlowBodiesError,
    507: NoRoomToWaitError,
}


class BodyPauses(BaseException):
    """The body does not go on for now. The request ends here, and begins again later."""


class Aside(Protocol):
    """Where bytes wait that were read and cannot be used yet: first in, first out."""

    def write(self, data: memoryview) -> None:
        """Put bytes in."""

    def readinto(self, buffer: memoryview) -> int:
        """Take bytes out, as many as there are and the buffer holds."""


class _Pausable(Protocol):
    """The ``wsgi.input`` of such a server."""

    kept: dict[str, object]
    aside: Aside

    def receive(self, buffer: memoryview) -> int | None: ...
    def gather(self, most: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class Pausing:
    """How to leave a body that does not go on.

    receive: as ``readinto``, but raises BodyPauses where a thread would wait for long; gather:
    has so many bytes at hand, or all, before any is read, or raises BodyPauses; aside: for bytes
    that were read; kept: what the request finds when it begins again.
    """

    receive: Callable[[memoryview], int]
    gather: Callable[[int], None]
    aside: Aside
    kept: dict[str, object]


def pausing_of(environ: Mapping[str, Any], before_waiting: Callable[[], None]) -> Pausing | None:
    """Return how to leave the request's body; None if the server cannot begin it again.

    before_waiting: as of ``open_body``.
    """
    if COME_AGAIN not in environ:
        return None
    stream: _Pausable = environ["wsgi.input"]

    def receive(buffer: memoryview) -> int:
        before_waiting()
        with as_ours():
            count = stream.receive(buffer)
        if count is None:
            raise BodyPauses
        return count

    def gather(most: int) -> None:
        with as_ours():
            complete = stream.gather(most)
        if not complete:
            raise BodyPauses

    return Pausing(receive, gather, _Aside(stream.aside), stream.kept)


def close_kept(environ: Mapping[str, Any]) -> None:
    """Let what a request has kept be closed, since it does not begin again."""
    if COME_AGAIN in environ:
        for kept in environ["wsgi.input"].kept.values():
            kept.close()


@contextmanager
def as_ours() -> Iterator[None]:
    """Raise the server's errors as ours.

    408 if it waits for too long, 503 if too many others do, 507 if the disk is full on which
    bytes wait, 400 if it is cut.
    """
    try:
        yield
    except OSError as error:
        raise _FAULTS.get(getattr(error, "status", 400), BrokenBodyError)() from error


class _Aside:
    """The server's queue, with errors of ours."""

    def __init__(self, queue: Aside) -> None:
        self._queue = queue

    def write(self, data: memoryview) -> None:
        with as_ours():
            self._queue.write(data)

    def readinto(self, buffer: memoryview) -> int:
        with as_ours():
            return self._queue.readinto(buffer)
