"""Errors as replies (contract §4)."""

import logging
from collections.abc import Iterator
from xml.sax.saxutils import escape

import orjson
from django.core.handlers.wsgi import WSGIRequest

from pithos_api import errors
from pithos_api.http.negotiation import CONTENT_TYPES, Format, negotiate
from pithos_api.http.renderers import render_conflicts, render_missing
from pithos_api.http.reply import Reply
from watching.tallies import tallies

log = logging.getLogger(__name__)

# A client that comes back at once would find the same trouble.
RETRY_AFTER_SECONDS = 5


class UnknownEndpointError(errors.InvalidRequest):
    def __init__(self) -> None:
        super().__init__("there is nothing at this path")


class MethodNotAllowed(errors.PithosError):
    """405. allowed: the methods that the resource has."""

    def __init__(self, method: str | None, allowed: list[str]) -> None:
        super().__init__(f"{method} is not allowed here")
        self.allowed = allowed


STATUS: dict[type[errors.PithosError], int] = {
    errors.InvalidRequest: 400,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    MethodNotAllowed: 405,
    errors.RequestTimeout: 408,
    errors.Conflict: 409,
    errors.LengthRequired: 411,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.RangeNotSatisfiable: 416,
    errors.ChecksumMismatch: 422,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
    errors.InsufficientStorage: 507,
}

NAMES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "notAllowed",
    408: "requestTimeout",
    409: "conflict",
    411: "lengthRequired",
    412: "preconditionFailed",
    413: "requestEntityTooLarge",
    416: "rangeNotSatisfiable",
    422: "unprocessableEntity",
    429: "overLimit",
    503: "serviceUnavailable",
    507: "insufficientStorage",
}


def status_of(error: Exception) -> int:
    """Return the status of an error; 503 for everything that was not foreseen (contract Δ11)."""
    for category in type(error).__mro__:
        if category in STATUS:
            return STATUS[category]
    return 503


def reply(error: Exception, request: WSGIRequest) -> Reply:
    """Return the reply to a request that failed, as Pithos' clients read it."""
    status = status_of(error)
    message = message_of(error, request)
    form = negotiate(request)
    headers = [("Content-Type", CONTENT_TYPES[form]), *headers_of(error, status)]
    body = b"" if request.method == "HEAD" else _body(error, form, status, message)
    return Reply(status, headers, body)


def message_of(error: Exception, request: WSGIRequest) -> str:
    """Return what the client is told; what was not foreseen goes to the log alone."""
    if isinstance(error, errors.PithosError):
        return str(error)
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    tallies.count_event("unforeseen_errors")
    return "the store cannot answer now"


def headers_of(error: Exception, status: int) -> Iterator[tuple[str, str]]:
    """Yield the headers that belong to an error in any dialect."""
    if status == 503:
        yield "Retry-After", str(RETRY_AFTER_SECONDS)
    if isinstance(error, errors.TokenGuessedError):
        yield "Retry-After", str(error.seconds)
    if isinstance(error, errors.RangeError):
        yield "Content-Range", f"bytes */{error.size}"
    if isinstance(error, MethodNotAllowed):
        yield "Allow", ",".join(error.allowed)


def _body(error: Exception, form: Format, status: int, message: str) -> bytes:
    """Return the fault; of some conflicts the bare list of what is in the way."""
    if isinstance(error, errors.MissingBlocksError):
        return render_missing(form, error.digests)
    if isinstance(error, errors.GrantConflictError):
        return render_conflicts(form, error.paths)
    return _RENDERERS[form](status, message)


def _text(status: int, message: str) -> bytes:
    return f"{message}\n".encode()


def _json(status: int, message: str) -> bytes:
    return orjson.dumps({NAMES[status]: {"code": status, "message": message, "details": ""}})


def _xml(status: int, message: str) -> bytes:
    name = NAMES[status]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{name} code="{status}"><message>{escape(message)}</message><details/></{name}>'
    ).encode()


_RENDERERS = {Format.TEXT: _text, Format.JSON: _json, Format.XML: _xml}
