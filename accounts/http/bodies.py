"""Small JSON bodies. Django's own reader gives nothing for a chunked one, and bounds none."""

from typing import Any

import orjson
from django.http import HttpRequest
from rest_framework.exceptions import APIException, ParseError
from rest_framework.serializers import Serializer

MAX_BODY = 64 * 1024


class BodyTooLargeError(APIException):
    status_code = 413
    default_detail = f"a body here has at most {MAX_BODY} bytes"


def read_json(request: HttpRequest) -> Any:
    """Return what the body says, None if there is none.

    Raises: ParseError: it is cut, or no JSON; BodyTooLargeError.
    """
    data = read_body(request)
    if not data:
        return None
    try:
        return orjson.loads(data)
    except ValueError as error:
        raise ParseError("the body is not JSON") from error


def read_checked(request: HttpRequest, form: type[Serializer[Any]]) -> dict[str, Any]:
    """Return what the body says, as ``form`` understands it.

    Raises: ValidationError; as ``read_json``.
    """
    checked = form(data=read_json(request))
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


def read_body(request: HttpRequest) -> bytes:
    """Return all of the body.

    Raises: ParseError: it is cut; BodyTooLargeError.
    """
    chunked = "HTTP_TRANSFER_ENCODING" in request.META
    length = MAX_BODY + 1 if chunked else int(request.META.get("CONTENT_LENGTH") or 0)
    if not chunked and length > MAX_BODY:
        raise BodyTooLargeError
    try:
        data: bytes = request.META["wsgi.input"].read(length)
    except OSError as error:
        raise ParseError("the body cannot be read to its end") from error
    if len(data) > MAX_BODY:
        raise BodyTooLargeError
    return data
