"""What happens at the begin and the end of every request: a thread's origin, counting, logging."""

from typing import Final
from wsgiref.types import WSGIEnvironment

from watching import origin
from watching.access import AccessLog
from watching.routes import route_of
from watching.tallies import METHODS, tallies

_METHODS: Final = dict(zip(METHODS, METHODS, strict=True))


class Observer:
    """The server's observer (server/exchange.py). access_log: None for none."""

    def __init__(self, access_log: AccessLog | None = None) -> None:
        self._access_log = access_log

    def begin(self, environ: WSGIEnvironment) -> None:
        """Let this thread's log lines have the request's id, from now on or again."""
        origin.enter(environ)

    def pause(self) -> None:
        """Let this thread work for others; it has left its request to a slow client."""
        origin.leave()

    def end(
        self, environ: WSGIEnvironment, status: int, received: int, sent: int, seconds: float
    ) -> None:
        """Count the request, and log it if requests are logged."""
        method = _METHODS.get(environ.get("REQUEST_METHOD", ""), "other")
        kind = method, route_of(environ.get("RAW_URI", ""))
        tallies.count_request(kind, status, received, sent, seconds)
        if self._access_log is not None:
            self._access_log.write(environ, status, received, sent, seconds)
        origin.leave()
