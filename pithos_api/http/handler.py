"""The object API as a WSGI callable: Django's requests, and views that answer with replies.

What a request costs decides what the store can do (docs/performance.md), so nothing runs
here that the API does not need: no middleware, no sessions, no CSRF (no cookie authenticates
anybody), no signals. Connections are kept for good; a lost one is closed where it is noticed.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any, cast

from django.core.handlers.wsgi import WSGIRequest
from django.db import Error

from pithos_api.errors import InvalidRequest, InvalidTokenError, LengthRequired
from pithos_api.http import faults
from pithos_api.http.authentication import count_guess, credentials_of, require_known
from pithos_api.http.names import decoded_path
from pithos_api.http.reply import Reply
from pithos_api.http.swift import faults as swift_faults
from pithos_api.http.swift.authentication import is_signed
from pithos_api.http.swift.forms import is_form
from pithos_api.http.urls import find_view
from pithos_api.http.views.top import MissingCredentialsError
from pithos_api.services import sessions
from pithos_api.values import Dialect
from watching.tallies import tallies

log = logging.getLogger(__name__)

# Set by a server that takes ``FileSpan``s in a body, as ours does (server/exchange.py).
_SENDS_FILES = "server.sends_files"

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class APIRequest(WSGIRequest):
    """A request as the API reads it: always UTF-8, and nothing checked before ``read_path``."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Leave the body's type alone: Django would read the query in the charset it names."""

    def read_path(self) -> None:
        """Take the path as the client sent it, decoded once and strictly.

        Django would turn an undecodable ``%FF`` into the name ``%25FF``, so that two URLs name
        one object (contract §2).

        Raises: InvalidPathError.
        """
        self.path_info = decoded_path(self.environ)


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request under /v1, /v1.0, /public or /info."""
    reply = _answer(environ)
    sessions.spare()
    start_response(reply.status_line, reply.all_headers(environ["REQUEST_METHOD"]))
    if isinstance(reply.body, bytes):
        return (reply.body,)
    if _SENDS_FILES in environ:
        return cast(Iterable[bytes], reply.body)
    return map(bytes, reply.body)


def _answer(environ: dict[str, Any]) -> Reply:
    request = APIRequest(environ)
    dialect = Dialect.PITHOS
    try:
        request.read_path()
        view, names = find_view(request.path_info)
        dialect = view.dialect
        return view.answer(request, *names)
    except Exception as error:
        return _fault(error, request, dialect)


def _fault(error: Exception, request: WSGIRequest, dialect: Dialect) -> Reply:
    """Return the reply for whatever went wrong; a stranger learns only that they are one."""
    malformed = isinstance(error, InvalidRequest | LengthRequired)
    if (
        malformed
        and not _is_public(request, dialect)
        and not isinstance(error, MissingCredentialsError)
    ):
        error = _unless_unknown(error, request)
    if isinstance(error, InvalidTokenError):
        error = _unless_guessing(error, request)
    if isinstance(error, Error):
        log.error("the database failed: %s", str(error).strip())
        tallies.count_event("database_errors")
        sessions.note_loss()
    try:
        return _FAULTS[dialect](error, request)
    except Error as lost:  # at asking what scripts of other origins may read
        return _fault(lost, request, dialect)


def _is_public(request: WSGIRequest, dialect: Dialect) -> bool:
    """Return whether nobody is asked for a token here."""
    if request.path_info.startswith(("/public/", "/info")) or is_signed(request):
        return True
    return dialect is Dialect.SWIFT and is_form(request)


_FAULTS = {Dialect.PITHOS: faults.reply, Dialect.SWIFT: swift_faults.reply}


def _unless_unknown(error: Exception, request: WSGIRequest) -> Exception:
    """Return ``error``, or a worse one: authentication is checked first (contract §4)."""
    try:
        require_known(credentials_of(request))
    except Exception as worse:
        return worse
    return error


def _unless_guessing(error: Exception, request: WSGIRequest) -> Exception:
    """Return ``error``, or that the client has shown too many tokens that are nobody's."""
    try:
        count_guess(request)
    except Exception as worse:
        return worse
    return error
