"""What is done at the begin and the end of every request: log context, counting, access log."""

from typing import Final
from wsgiref.types import WSGIEnvironment

from observability import request_context
from observability.access_log import AccessLog
from observability.metrics import METHODS, Metrics

ROUTE: Final = "web.route"
"""The entry of the environ in which a handler puts the label of the route that it has found."""

ELSEWHERE: Final = "site"
"""All that Django serves."""

_METHODS: Final = dict(zip(METHODS, METHODS, strict=True))


class RequestObserver:
    """The server's observer (server/exchange.py). access_log: None for none."""

    def __init__(self, metrics: Metrics, access_log: AccessLog | None = None) -> None:
        self._metrics = metrics
        self._access_log = access_log

    def begin(self, environ: WSGIEnvironment) -> None:
        """Let this thread's log lines have the request's id, from now on or again."""
        request_context.enter(environ)

    def pause(self) -> None:
        """Let this thread work for others; it has left its request to a slow client."""
        request_context.leave()

    def end(
        self, environ: WSGIEnvironment, status: int, received: int, sent: int, seconds: float
    ) -> None:
        """Count the request, and log it if requests are logged."""
        method = _METHODS.get(environ.get("REQUEST_METHOD", ""), "other")
        kind = method, environ.get(ROUTE, ELSEWHERE)
        self._metrics.count_request(kind, status, received, sent, seconds)
        if self._access_log is not None:
            self._access_log.write(environ, status, received, sent, seconds)
        request_context.leave()
