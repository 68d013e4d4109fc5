"""What happens at the begin and the end of every request: a thread's origin, counting, logging."""

import hashlib
import logging
import re
from typing import Any, Final
from urllib.parse import unquote
from wsgiref.types import WSGIEnvironment

from watching import origin
from watching.routes import route_of
from watching.secrets import target_without_secrets
from watching.tallies import METHODS, tallies

access_log: Final = logging.getLogger("watching.access")

_METHODS: Final = dict(zip(METHODS, METHODS, strict=True))
_QUERY_TOKEN: Final = re.compile(r"(?:^|&)X-Auth-Token=([^&]*)")


class Observer:
    """The server's observer (server/exchange.py). logs: whether there is an access log."""

    def __init__(self, *, logs: bool) -> None:
        self._logs = logs

    def begin(self, environ: WSGIEnvironment) -> None:
        """Let this thread's log lines have the request's id."""
        origin.enter(environ)

    def end(
        self, environ: WSGIEnvironment, status: int, received: int, sent: int, seconds: float
    ) -> None:
        """Count the request, and log it if requests are logged."""
        method = _METHODS.get(environ.get("REQUEST_METHOD", ""), "other")
        kind = method, route_of(environ.get("RAW_URI", ""))
        tallies.count_request(kind, status, received, sent, seconds)
        if self._logs:
            origin.enter(environ)  # what could not be read as a request has not begun
            _log(environ, status=status, received=received, sent=sent, seconds=round(seconds, 6))
        origin.leave()


def _log(environ: WSGIEnvironment, **figures: float) -> None:
    target = environ.get("RAW_URI", "-")
    fields: dict[str, Any] = {
        "method": environ.get("REQUEST_METHOD", "-"),
        "target": target_without_secrets(target),
        **figures,
        "account": _account(target),
        "token_digest": _token_digest(environ),
        "address": origin.address(),
    }
    access_log.info(
        "%(address)s %(method)s %(target)s %(status)d in=%(received)d out=%(sent)d"
        " %(seconds).6f account=%(account)s token_digest=%(token_digest)s",
        fields,
        extra={"fields": fields},
    )


def _account(target: str) -> str:
    """Return the account that a request target is in, percent-encoded, "-" if in none."""
    parts = target.partition("?")[0].split("/", 3)
    named = len(parts) > 2 and parts[1] in {"v1", "v1.0"}
    return (parts[2] if named else "") or "-"


def _token_digest(environ: WSGIEnvironment) -> str:
    """Return the beginning of the token's digest, as the admin pages show it; never the token."""
    found = _QUERY_TOKEN.search(environ.get("QUERY_STRING", ""))
    token = unquote(found[1]) if found else ""
    token = token or environ.get("HTTP_X_AUTH_TOKEN") or environ.get("HTTP_X_STORAGE_TOKEN", "")
    if not token:
        scheme, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        token = value.strip() if scheme.lower() == "bearer" else ""
    return hashlib.sha256(token.encode()).hexdigest()[:8] if token else "-"
