"""Requests that are asked about together: what an application may offer besides WSGI.

Where many small requests come at once, a thread for each costs more than its answer. So the poller
asks the application about all of them that are there, in one go and without waiting, and then
calls it for each, as a thread would. It knows nothing of what is asked.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from wsgiref.types import WSGIEnvironment


class Batches(Protocol):
    """What asks for one worker. Its poller calls it, so no call may wait."""

    def take(self, environ: WSGIEnvironment) -> Any:
        """Return what is to be asked about a request without a body; None: it takes a thread.

        Threads call this, too.
        """

    def begin(self, asked: Sequence[tuple[WSGIEnvironment, Any]]) -> bool:
        """Ask about some requests; whether that can be now. Nothing else is under way."""

    def end(self) -> Sequence[bool] | None:
        """Return which of them can be answered without waiting; None: that is not known yet.

        The others take threads. What was found out is in the environs, for both.
        """

    def give_up(self) -> None:
        """Forget those that were asked about."""

    def fileno(self) -> int:
        """Return the descriptor that tells when to call ``end``."""

    @property
    def writes(self) -> bool:
        """Whether it is to be writable for that, not readable."""
