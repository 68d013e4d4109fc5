"""The only reader of request bodies, for every interface.

Django's own stream gives nothing for a chunked body and buffers what it parses; the server
(``server/``) never lets a cut body look like a complete one.
"""

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import (
    BrokenBodyError,
    IncompleteBodyError,
    InvalidRequest,
    NoLengthError,
    SlowBodyError,
    TooManySlowBodiesError,
    UploadTooLargeError,
)
from pithos_api.services import sessions
from pithos_api.services.uploads import Body

# What the server's own errors are here, by their status.
_FAULTS = {408: SlowBodyError, 503: TooManySlowBodiesError}


class InvalidLengthError(InvalidRequest):
    def __init__(self, value: str) -> None:
        super().__init__(f"Content-Length {value[:30]!r} is not a length")


def open_body(request: WSGIRequest) -> Body:
    """Return the request's body, unread.

    Raises: NoLengthError: it has neither a length nor chunks; InvalidLengthError.
    """
    length = None if is_chunked(request) else _content_length(request)
    return Body(_checked(_reader(request.META["wsgi.input"])), length)


def read_all(request: WSGIRequest, limit: int) -> bytes:
    """Return a body that has to be parsed as a whole.

    Raises: UploadTooLargeError: it has more than ``limit`` bytes; as ``open_body``.
    """
    body = open_body(request)
    if body.length is not None and body.length > limit:
        raise UploadTooLargeError(limit)
    data = bytearray()
    piece = memoryview(bytearray(64 * 1024))
    while body.length is None or len(data) < body.length:
        count = body.readinto(piece)
        if not count:
            break
        data += piece[:count]
        if len(data) > limit:
            raise UploadTooLargeError(limit)
    if body.length is not None and len(data) != body.length:
        raise IncompleteBodyError(body.length, len(data))
    return bytes(data)


def is_chunked(request: WSGIRequest) -> bool:
    """Return whether the body ends where its chunks do."""
    return "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()


def _content_length(request: WSGIRequest) -> int:
    value = request.META.get("CONTENT_LENGTH") or ""
    if not value:
        raise NoLengthError
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise InvalidLengthError(value)
    return int(value)


def _reader(stream: Any) -> Callable[[memoryview], int]:
    """Return the stream's ``readinto``, or one made of ``read`` under a server without it."""
    if hasattr(stream, "readinto"):
        return stream.readinto  # type: ignore[no-any-return]

    def readinto(buffer: memoryview) -> int:
        data = stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    return readinto


def _checked(readinto: Callable[[memoryview], int]) -> Callable[[memoryview], int]:
    """Return ``readinto`` with the server's errors as ours.

    408 if it waits for too long, 503 if too many others do, 400 if it is cut.

    A thread that waits for its client holds no database session that others lack.
    """

    def checked(buffer: memoryview) -> int:
        sessions.spare()
        try:
            return readinto(buffer)
        except OSError as error:
            raise _FAULTS.get(getattr(error, "status", 400), BrokenBodyError)() from error

    return checked
