"""What requests about images have in common: who asks, small JSON bodies, streamed bytes."""

from typing import Final

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict

from accounts.tokens.credentials import Credentials
from images.errors import InvalidImageError
from pithos_api.services import connections
from pithos_api.services.access.credentials import credentials_of
from web.bodies import body
from web.bodies.body import RequestBody, is_chunked, read_all
from web.bodies.pausing import pausing_of
from web.json_values import JSONObject, JSONValue
from web.views import head_of

MAX_DOCUMENT: Final = 256 * 1024


def caller(request: WSGIRequest) -> Credentials:
    """Return what the request shows for itself. Raises: as ``credentials_of``."""
    return credentials_of(head_of(request))


def query_of(request: WSGIRequest) -> QueryDict:
    """Return the parameters. Raises: InvalidImageError: one has a NUL, which no text here has."""
    query: QueryDict = request.GET
    if any("\0" in text for name, values in query.lists() for text in (name, *values)):
        raise InvalidImageError("a parameter", "has a NUL")
    return query


def parameters(request: WSGIRequest) -> dict[str, str]:
    """Return the parameters, of one that comes twice the last. Raises: as ``query_of``."""
    return {name: str(value) for name, value in query_of(request).items()}


def open_body(request: WSGIRequest) -> RequestBody:
    """Return the request's body, unread. Raises: as ``web.bodies.body.open_body``."""
    receiving = connections.WhileReceiving()
    return body.open_body(request, receiving, pausing_of(request.META, receiving))


def read_document(request: WSGIRequest) -> JSONValue:
    """Return what a body says in JSON. Raises: InvalidImageError; as ``read_all``."""
    sent = b""
    if is_chunked(request.META) or request.META.get("CONTENT_LENGTH"):
        sent = read_all(open_body(request), MAX_DOCUMENT)
    try:
        found: JSONValue = orjson.loads(sent)
    except ValueError as error:
        raise InvalidImageError("the body", "is not JSON") from error
    return found


def read_fields(request: WSGIRequest) -> JSONObject:
    """Return the fields of a body that is a JSON object. Raises: as ``read_document``."""
    return as_object(read_document(request), "the body")


def as_object(value: JSONValue, what: str) -> JSONObject:
    """Return a value that must be a JSON object. Raises: InvalidImageError."""
    if not isinstance(value, dict):
        raise InvalidImageError(what, "is not a JSON object")
    return value


def as_text(value: JSONValue, what: str) -> str:
    """Return a value that must be a text. Raises: InvalidImageError."""
    if not isinstance(value, str) or "\0" in value:
        raise InvalidImageError(what, "is not a text")
    return value
