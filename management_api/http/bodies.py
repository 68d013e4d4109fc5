"""Bodies of requests: JSON, and nothing else."""

from typing import Final

import orjson
from django.core.handlers.wsgi import WSGIRequest

from management_api.engine.errors import InvalidObjectError
from pithos_api.services import connections
from web.bodies.body import is_chunked, open_body, read_all
from web.bodies.pausing import pausing_of
from web.errors import UnsupportedMediaType
from web.json_values import JSONValue

MOST_BYTES: Final = 1024 * 1024


class NotJSONError(UnsupportedMediaType):
    """The body is said to be something else. kind: what."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the body must be application/json, not {kind[:60]!r}")


def read_content(request: WSGIRequest) -> JSONValue:
    """Return what the body says.

    Raises: NotJSONError; InvalidObjectError: it is missing or no JSON; as ``read_all``.
    """
    kind = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip()
    if kind.lower() != "application/json":
        raise NotJSONError(kind)
    if not is_chunked(request.META) and not request.META.get("CONTENT_LENGTH"):
        raise InvalidObjectError("has no body")
    pausing = pausing_of(request.META, connections.spare)
    sent = read_all(open_body(request, connections.spare, pausing), MOST_BYTES)
    try:
        content: JSONValue = orjson.loads(sent)
    except ValueError as error:
        raise InvalidObjectError("has a body that is no JSON") from error
    return content
