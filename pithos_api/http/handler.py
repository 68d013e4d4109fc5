"""The protocols as a WSGI callable: Django's requests, and views that answer with replies.

What a request costs decides what the store can do (docs/performance.md), so nothing runs
here that the API does not need: no middleware, no sessions, no CSRF (no cookie authenticates
anybody), no signals. Database connections rest between requests; a lost one is closed where it is
noticed.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any, cast
from wsgiref.types import WSGIEnvironment

from django.core.handlers.wsgi import WSGIRequest
from django.db import Error

from observability.access_log import ACCOUNT
from observability.metrics import count_event
from observability.observer import ROUTE
from pithos_api.errors import InvalidTokenError, MissingCredentialsError
from pithos_api.http.authentication import count_failed_token, require_known
from pithos_api.services import connections
from pithos_api.services.access.credentials import credentials_of
from web import protocols
from web.bodies.pausing import COME_AGAIN, BodyPauses, close_kept
from web.errors import InvalidRequest, LengthRequired
from web.names import decoded_path
from web.protocols import ROUTED, Protocol, Routed
from web.reply import Reply
from web.request_head import RequestHead
from web.views import head_of

log = logging.getLogger(__name__)

# Set by a server that takes ``FileSpan``s in a body, as ours does (server/exchange.py).
_SENDS_FILES = "server.sends_files"

# Set for our server: the response shall not tell the request's id.
_KEEPS_ID = "server.keeps_id"

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class APIRequest(WSGIRequest):
    """A request as the API reads it: always UTF-8, and nothing checked before ``read_path``."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        """Keep what is asked for here.

        Django's own makes ready for more, at the price of a tenth of a small request: a script's
        name, a stream, and the charset that the body's type names, in which it reads the query.
        """
        self.environ = self.META = environ
        self.method = environ["REQUEST_METHOD"].upper()
        self.path = self.path_info = environ.get("PATH_INFO", "")

    def read_path(self) -> None:
        """Take the path as the client sent it, decoded once and strictly.

        Django would turn an undecodable ``%FF`` into the name ``%25FF``, so that two URLs name
        one object (contract §2).

        Raises: InvalidPathError.
        """
        self.path_info = decoded_path(self.environ)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request of the protocols in PROTOCOLS."""
    try:
        reply = _answer(environ)
    except BodyPauses:
        connections.release()
        return cast(Iterable[bytes], environ[COME_AGAIN])
    close_kept(environ)
    if not reply.tells_id:
        environ[_KEEPS_ID] = True
    start_response(reply.status_line, reply.all_headers(environ["REQUEST_METHOD"]))
    if isinstance(reply.body, bytes):
        connections.spare()  # whoever called lets it rest in a moment, if this is a thread
        return (reply.body,)
    connections.release()
    if _SENDS_FILES in environ:
        return cast(Iterable[bytes], reply.body)
    return map(bytes, reply.body)


def _answer(environ: WSGIEnvironment) -> Reply:
    request = APIRequest(environ)
    routes = protocols.installed()
    found = None
    before: Routed | None = environ.pop(ROUTED, None)
    try:
        if before is None:
            request.read_path()
            found = routes.find(request.path_info)
        else:
            request.path_info, found = before
        environ[ROUTE], environ[ACCOUNT] = found.route.label, found.account
        return found.route.view.answer(request, *found.names)
    except Exception as error:
        protocol = found.protocol if found else routes.protocol_at(request.path_info)
        return _fault(error, head_of(request), protocol)


def _fault(error: Exception, head: RequestHead, protocol: Protocol) -> Reply:
    """Return the reply for whatever went wrong; a stranger learns only that they are one."""
    malformed = isinstance(error, InvalidRequest | LengthRequired)
    asks_for_token = isinstance(error, MissingCredentialsError)
    if malformed and not asks_for_token and not protocol.needs_no_token(head):
        error = _unless_unknown(error, head)
    if isinstance(error, InvalidTokenError):
        error = _unless_throttled(error, head)
    if isinstance(error, Error):
        log.error("the database failed: %s", str(error).strip())
        count_event("database_errors")
        connections.note_loss()
    try:
        return protocol.fault(error, head)
    except Error as lost:  # at asking what scripts of other origins may read
        return _fault(lost, head, protocol)


def _unless_unknown(error: Exception, head: RequestHead) -> Exception:
    """Return ``error``, or a worse one: authentication is checked first (contract §4)."""
    try:
        require_known(credentials_of(head))
    except Exception as worse:
        return worse
    return error


def _unless_throttled(error: Exception, head: RequestHead) -> Exception:
    """Return ``error``, or that the client has shown too many tokens that are nobody's."""
    try:
        count_failed_token(head)
    except Exception as worse:
        return worse
    return error
