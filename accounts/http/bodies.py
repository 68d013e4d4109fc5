"""Small JSON bodies, checked."""

from typing import Any, Final

import orjson
from django.core.handlers.wsgi import WSGIRequest
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer
from rest_framework.settings import api_settings

from web.bodies.body import is_chunked, open_body, read_all
from web.errors import InvalidRequest
from web.json_values import JSONValue

MAX_BODY: Final = 64 * 1024


class InvalidBodyError(InvalidRequest):
    """reason: what is wrong, with the path of the field that it is about."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


def read_json(request: WSGIRequest) -> JSONValue:
    """Return what the body says, None if there is none.

    Raises: InvalidBodyError: it is no JSON; as ``read_body``.
    """
    data = read_body(request)
    if not data:
        return None
    try:
        found: JSONValue = orjson.loads(data)
    except ValueError as error:
        raise InvalidBodyError("the body is not JSON") from error
    return found


def read_checked(request: WSGIRequest, form: type[Serializer[Any]]) -> dict[str, Any]:
    """Return what the body says, as ``form`` understands it.

    Raises: InvalidBodyError; as ``read_json``.
    """
    return checked(form(data=read_json(request)))


def checked(form: Serializer[Any]) -> dict[str, Any]:
    """Return what a form was given, if it is what the form asks for.

    Raises: InvalidBodyError.
    """
    try:
        form.is_valid(raise_exception=True)
    except ValidationError as error:
        raise InvalidBodyError(_first_message(error.detail)) from error
    found: dict[str, Any] = form.validated_data
    return found


def read_body(request: WSGIRequest) -> bytes:
    """Return all of the body; of a request that announces none, nothing.

    Raises: UploadTooLargeError, IncompleteBodyError, BrokenBodyError.
    """
    if not is_chunked(request.META) and not request.META.get("CONTENT_LENGTH"):
        return b""
    return read_all(open_body(request), MAX_BODY)


def _first_message(detail: Any) -> str:
    """Return the first of a form's errors, with the path of its field, in one line."""
    path: list[str] = []
    while not isinstance(detail, str):
        if isinstance(detail, dict):
            key, detail = next(iter(detail.items()))
            path += [] if key == api_settings.NON_FIELD_ERRORS_KEY else [str(key)]
        else:
            detail = next(each for each in detail if each)
    return ": ".join([*filter(None, [".".join(path)]), detail])
