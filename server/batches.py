"""Requests that are asked about together: what an application may offer besides WSGI.

Where many small requests come at once, a thread for each costs more than its answer. So the poller
asks the application about all of them that are there, in one go and without waiting, and then
calls it for each, as a thread would. It knows nothing of what is asked.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from wsgiref.types import WSGIEnvironment


class Batch(Protocol):
    """Some requests that are asked about. The poller calls it, so no call may wait.

    repeatable: threads may ask the same anew, whatever comes of it.
    """

    repeatable: bool

    def end(self) -> Sequence[bool] | None:
        """Return which of them can be answered without waiting; None: that is not known yet.

        The others take threads. What was found out is in the environs, for both.
        """

    def give_up(self) -> None:
        """Forget it; threads go on with the requests."""

    def fileno(self) -> int:
        """Return the descriptor that tells when to call ``end``."""

    @property
    def writes(self) -> bool:
        """Whether it is to be writable for that, not readable."""


class Batches(Protocol):
    """What asks about requests of one kind in one worker, without waiting.

    most: batches that may be under way at once. patience: seconds that requests wait for one,
    before another begins beside it; where none may, they wait ten times as long for it.
    """

    most: int
    patience: float

    def suits(self, environ: WSGIEnvironment) -> bool:
        """Return whether requests like this can be asked about. Threads call this."""

    def take(self, environ: WSGIEnvironment, body: bytes) -> Any:
        """Return what is to be asked about a request; None: it is of another kind, or for a thread.

        body: all of it.
        """

    def begin(self, asked: Sequence[tuple[WSGIEnvironment, Any]]) -> Batch | None:
        """Ask about some requests; None: that cannot be now."""

    def trim(self) -> None:
        """Give back what no batch has needed for long. The poller calls this once a second."""
