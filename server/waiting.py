"""What a request may cost while its client is slow: time, a thread, and what the thread holds."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from wsgiref.types import WSGIEnvironment

from server.errors import BodyTimeoutError, TooManyWaitError
from server.exchange import Caller
from server.seats import Seat, Seats
from server.spool import Spool
from server.transfers import Transfers

SLICE_SECONDS: Final = 0.25
"""How long a thread waits for bytes until it is looked at what that costs."""

LEAVE_SECONDS: Final = 0.03
"""How long a thread that may leave waits for bytes while others are in want of a thread."""

SLOWEST: Final = 512  # bytes a second on average, after the first half minute
GRACE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 1.0
_BRISK: Final = 65536  # bytes a second of a body; who sends fewer keeps a thread waiting


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that each kind of waiting may take.

    linger: a thread stays with a pausing connection; push: with one that takes nothing more;
    idle: between requests; head: from a head's first byte to its last; body, send: without any
    progress.
    """

    linger: float = 0.01
    push: float = 0.01
    idle: float = 60.0
    head: float = 10.0
    body: float = 30.0
    send: float = 30.0


@dataclass(frozen=True, slots=True)
class Strangers:
    """What clients get before the application knows them.

    rate: bytes a second that they have to send over any ``window`` seconds, and to take over any
    time that ``Timeouts.send`` allows; seconds: for a whole body.
    """

    rate: int = 1024
    seconds: float = 60.0
    window: float = 10.0


@dataclass(frozen=True, slots=True)
class LeastRate:
    """What whoever is known has to send or take while no thread is theirs, or they are given up.

    rate: bytes a second, over any ``window`` seconds.
    """

    rate: int = 512
    window: float = 60.0


@dataclass(frozen=True, slots=True)
class WaitTerms:
    """How all requests of a worker may wait.

    client_of: the client's address; release: gives back what a thread holds for the application;
    crowded: whether connections wait for a thread.
    """

    timeouts: Timeouts
    strangers: Strangers
    least_rate: LeastRate
    seats: Seats
    spool: Spool
    transfers: Transfers
    crowded: Callable[[], bool]
    client_of: Callable[[WSGIEnvironment], str]
    release: Callable[[], None]

    def party_of(self, caller: Caller, environ: WSGIEnvironment) -> str:
        """Return whose share of the transfers it is: who is known has theirs, an address its."""
        return f"name {caller.name}" if caller.known else f"address {self.client_of(environ)}"


@dataclass(frozen=True, slots=True)
class ClientPace:
    """How many bytes the client had sent and taken at a moment (time.monotonic)."""

    since: float
    moved: int


class Wait:
    """How one request waits for its body in a thread.

    due: when to look again (monotonic); is_slow: too little came of late to keep a thread.
    """

    __slots__ = (
        "_began",
        "_caller",
        "_environ",
        "_looked",
        "_moved",
        "_seat",
        "_seen",
        "_terms",
        "_window",
        "due",
        "is_slow",
    )

    def __init__(self, terms: WaitTerms, caller: Caller, environ: WSGIEnvironment) -> None:
        self._terms = terms
        self._caller = caller
        self._environ = environ
        self._seat: Seat | None = None
        self._began = 0.0
        self.is_slow = False

    @property
    def spool(self) -> Spool:
        """Where bytes may wait."""
        return self._terms.spool

    def party(self) -> str:
        """Return whose share of what waits it has."""
        return self._terms.party_of(self._caller, self._environ)

    def begin(self, *, seated: bool) -> None:
        """Start the clocks, once: the body is not all there.

        seated: the thread waits for as long as it takes; so a stranger needs a seat from now on.

        Raises: TooManyWaitError.
        """
        if self._began:
            return
        now = time.monotonic()
        self._began = self._looked = self._moved = now
        self._seen = 0
        self._window = (now, 0)  # when it began, and the bytes by then
        self.due = now + _LOOK_SECONDS
        self._terms.transfers.admit(self.party())
        if seated and not self._caller.known:
            self._sit(waits=True)

    def shall_leave(self) -> bool:
        """Say whether a thread that may leave shall, after ``LEAVE_SECONDS`` without a byte."""
        return self._terms.crowded() or time.monotonic() - self._moved >= SLICE_SECONDS

    def note(self, received: int) -> None:
        """Note that something came, so many bytes in all, in a thread that may leave."""
        self._moved = now = time.monotonic()
        if now >= self.due:
            self.is_slow = received - self._seen < _BRISK * (now - self._looked)
            self._seen, self._looked = received, now
            self.due = now + _LOOK_SECONDS

    def look(self, received: int) -> None:
        """See what the wait has come to, with so many bytes received since it began.

        Raises: BodyTimeoutError, TooManyWaitError.
        """
        now = time.monotonic()
        self._terms.release()
        fresh, passed = received - self._seen, now - self._looked
        if fresh:
            self._moved = now
        elif now - self._moved >= self._terms.timeouts.body:
            raise BodyTimeoutError("the client sent nothing for too long")
        if now - self._began > GRACE_SECONDS + received / SLOWEST:
            raise BodyTimeoutError("the client sends too slowly")
        if not self._caller.known:
            self._check_stranger(now, received)
        self._sit(waits=not self._caller.known or fresh < _BRISK * passed)
        self._seen, self._looked = received, now
        self.due = now + _LOOK_SECONDS

    def end(self) -> None:
        """Give the seat back. A thread that comes again has its time anew."""
        if self._began:
            self._moved = self._looked = time.monotonic()
            self.due = self._looked + _LOOK_SECONDS
            self.is_slow = False
        self._leave()

    def _leave(self) -> None:
        if self._seat is not None:
            self._terms.seats.leave(self._seat)
            self._seat = None

    def _check_stranger(self, now: float, received: int) -> None:
        strangers, (since, by_then) = self._terms.strangers, self._window
        if now - self._began > strangers.seconds:
            raise BodyTimeoutError("a stranger sends for too long")
        if now - since >= strangers.window:
            if received - by_then < strangers.rate * (now - since):
                raise BodyTimeoutError("a stranger sends too slowly")
            self._window = (now, received)

    def _sit(self, *, waits: bool) -> None:
        """Have the seat that the request needs now, if any."""
        stranger = not self._caller.known
        if self._seat is not None and waits and self._seat.stranger == stranger:
            return
        self._leave()
        if not waits:
            return
        address = self._terms.client_of(self._environ)
        self._seat = self._terms.seats.take(address, stranger=stranger)
        if self._seat is None:
            raise TooManyWaitError("too many threads wait for clients")
