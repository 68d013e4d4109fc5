"""Bodies that no thread waits for: the request is begun again when more of its body has come.

Our own server can do that (``server/``); under others a thread waits.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar, cast

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

T = TypeVar("T")

ReadInto = Callable[[memoryview], int]
"""Fills the front of a buffer and returns how many bytes; 0 = end; raises if the body breaks."""


class BodyPauses(BaseException):
    """The body does not go on for now. The request ends here, and begins again later."""


class Aside(Protocol):
    """Where bytes wait that were read and cannot be used yet: first in, first out."""

    def write(self, data: memoryview) -> None:
        """Put bytes in."""

    def readinto(self, buffer: memoryview) -> int:
        """Take bytes out, as many as there are and the buffer holds."""

    def close(self) -> None:
        """Forget all bytes."""


class Kept(dict[str, Any]):
    """What one of several bodies in a request finds when the request begins again."""

    def close(self) -> None:
        """Close all of it: the body has come, or will not."""
        for each in self.values():
            each.close()
        self.clear()


class _Pausable(Protocol):
    """The ``wsgi.input`` of such a server."""

    kept: dict[str, Any]
    aside: Aside
    at_hand: bool

    def receive(self, buffer: memoryview) -> int | None: ...
    def gather(self, most: int) -> bool: ...
    def new_queue(self) -> Aside: ...


@dataclass(frozen=True, slots=True)
class Pausing:
    """How to leave a body that does not go on.

    receive: as ``readinto``, but raises BodyPauses where a thread would wait for long; gather:
    has so many bytes at hand, or all, before any is read, or raises BodyPauses; at_hand: whether
    all has come by now, so that neither pauses any more; aside: for bytes that were read;
    new_queue: makes another such place, which whoever keeps it closes. kept: what the request finds
    when it begins again; each is closed at its end.
    """

    receive: ReadInto
    gather: Callable[[int], None]
    at_hand: Callable[[], bool]
    aside: Aside
    new_queue: Callable[[], Aside]
    kept: dict[str, Any]


def keep(pausing: Pausing | None, name: str, make: Callable[[], T]) -> T:
    """Return what a request keeps under a name. It is made where there is none yet.

    Without pausing nothing is kept, since the request does not begin again.
    """
    if pausing is None:
        return make()
    if name not in pausing.kept:
        pausing.kept[name] = make()
    return cast(T, pausing.kept[name])


def new_queue(pausing: Pausing | None) -> Aside:
    """Return a place for bytes that have to outlast pauses; in memory where there are none."""
    return _InMemory() if pausing is None else pausing.new_queue()


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

    def queue() -> Aside:
        return _Aside(stream.new_queue())

    def at_hand() -> bool:
        return stream.at_hand

    return Pausing(receive, gather, at_hand, _Aside(stream.aside), queue, stream.kept)


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

    def close(self) -> None:
        self._queue.close()


class _InMemory:
    """A queue where the server has none."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, data: memoryview) -> None:
        self._bytes += data

    def readinto(self, buffer: memoryview) -> int:
        count = min(len(buffer), len(self._bytes))
        buffer[:count] = self._bytes[:count]
        del self._bytes[:count]
        return count

    def close(self) -> None:
        self._bytes.clear()
