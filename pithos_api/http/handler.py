"""The object API as a WSGI callable: Django's requests, views and responses, no middleware.

What a request costs decides what the store can do (docs/performance.md), so nothing runs
here that the API does not need: no sessions, no CSRF (no cookie authenticates anybody), no
signals. Connections are kept for good; a lost one is closed where it is noticed.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError, connection
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_resolver

from pithos_api.errors import InvalidRequest, LengthRequired, PithosError
from pithos_api.http import faults
from pithos_api.http.authentication import credentials_of, require_known
from pithos_api.http.names import InvalidPathError, decoded_path

log = logging.getLogger(__name__)

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class APIRequest(WSGIRequest):
    """A request whose path is what the client sent, decoded once and strictly.

    Django would turn an undecodable ``%FF`` into the name ``%25FF``, so that two URLs name
    one object (contract §2).
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ)
        self.path_info = decoded_path(environ)


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request under /v1 or /v1.0."""
    response = _answer(environ)
    headers = [*response.items()]
    start_response(f"{response.status_code} {response.reason_phrase}", headers)
    return response


def _answer(environ: dict[str, Any]) -> HttpResponseBase:
    try:
        request = APIRequest(environ)
    except InvalidPathError as error:
        return faults.response(error, WSGIRequest(environ))
    try:
        match = get_resolver("pithos_api.http.urls").resolve(request.path_info)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Exception as error:
        response = _fault(error, request)
    for name, value in COMMON_HEADERS:
        response.headers.setdefault(name, value)
    return response


# Replies depend on the token, and must not be kept by anybody in between (contract §3.10).
COMMON_HEADERS = (
    ("Cache-Control", "no-cache, private"),
    ("Vary", "X-Auth-Token"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


def _fault(error: Exception, request: APIRequest) -> HttpResponseBase:
    """Return the reply for whatever went wrong; a stranger learns only that they are one."""
    if isinstance(error, Resolver404):
        error = faults.UnknownEndpointError()
    if isinstance(error, InvalidRequest | LengthRequired):
        error = _unless_unknown(error, request)
    if isinstance(error, OperationalError | InterfaceError):
        log.error("the database failed: %s", str(error).strip())
        connection.close()
    return faults.response(error, request)


def _unless_unknown(error: PithosError, request: APIRequest) -> Exception:
    """Return ``error``, or a worse one: authentication is checked first (contract §4)."""
    try:
        require_known(credentials_of(request))
    except Exception as worse:
        return worse
    return error
