"""Errors as replies (contract §4)."""

import logging
from collections.abc import Iterator
from xml.sax.saxutils import escape

import orjson

from observability.metrics import count_event
from web.errors import (
    ChecksumMismatch,
    Conflict,
    Forbidden,
    InsufficientStorage,
    InvalidRequest,
    LengthRequired,
    MethodNotAllowed,
    NotFound,
    PithosError,
    PreconditionFailed,
    RangeError,
    RangeNotSatisfiable,
    RequestTimeout,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    Unavailable,
    UnknownEndpointError,
    UnsupportedMediaType,
)
from web.negotiation import CONTENT_TYPES, Format, negotiate
from web.reply import Reply
from web.request_head import RequestHead

log = logging.getLogger(__name__)

# A client that comes back at once would find the same trouble.
RETRY_AFTER_SECONDS = 5


STATUS: dict[type[PithosError], int] = {
    InvalidRequest: 400,
    Unauthorized: 401,
    Forbidden: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    RequestTimeout: 408,
    Conflict: 409,
    LengthRequired: 411,
    PreconditionFailed: 412,
    TooLarge: 413,
    UnsupportedMediaType: 415,
    RangeNotSatisfiable: 416,
    ChecksumMismatch: 422,
    TooManyRequests: 429,
    Unavailable: 503,
    InsufficientStorage: 507,
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
    415: "badMediaType",
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


def reply(error: Exception, head: RequestHead) -> Reply:
    """Return the fault in the form that is asked for: text, JSON or XML (contract §4)."""
    status = status_of(error)
    message = message_of(error, head)
    form = negotiate(head)
    return fault_reply(error, head, form, _RENDERERS[form](status, message))


def fault_reply(error: Exception, head: RequestHead, form: Format, body: bytes) -> Reply:
    """Return the reply to a request that failed, with a body of one's own."""
    status = status_of(error)
    headers = [("Content-Type", CONTENT_TYPES[form]), *headers_of(error, status)]
    return Reply(status, headers, b"" if head.method == "HEAD" else body)


def text_reply(error: Exception, head: RequestHead) -> Reply:
    """Return one line of text; a path that leads nowhere is 404. For what no dialect speaks of."""
    status = 404 if isinstance(error, UnknownEndpointError) else status_of(error)
    body = b"" if head.method == "HEAD" else _text(status, message_of(error, head))
    headers = [("Content-Type", CONTENT_TYPES[Format.TEXT]), *headers_of(error, status)]
    return Reply(status, headers, body)


def message_of(error: Exception, head: RequestHead) -> str:
    """Return what the client is told; what was not foreseen goes to the log alone."""
    if isinstance(error, PithosError):
        return str(error)
    log.error("%s %s failed", head.method, head.path, exc_info=error)
    count_event("unforeseen_errors")
    return "the store cannot answer now"


def headers_of(error: Exception, status: int) -> Iterator[tuple[str, str]]:
    """Yield the headers that belong to an error in any dialect."""
    if status == 503:
        yield "Retry-After", str(RETRY_AFTER_SECONDS)
    if isinstance(error, TooManyRequests):
        yield "Retry-After", str(error.seconds)
    if isinstance(error, PreconditionFailed | RangeNotSatisfiable):
        yield from error.validators
    if isinstance(error, RangeError):
        yield "Content-Range", f"bytes */{error.size}"
    if isinstance(error, MethodNotAllowed):
        yield "Allow", ",".join(error.allowed)


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
