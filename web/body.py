"""The only reader of request bodies, for every interface.

Django's own stream gives nothing for a chunked body and buffers what it parses; the server
(``server/``) never lets a cut body look like a complete one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from web.errors import (
    BrokenBodyError,
    IncompleteBodyError,
    InvalidLengthError,
    NoLengthError,
    SlowBodyError,
    TooManySlowBodiesError,
    UploadTooLargeError,
)

# What the server's own errors are here, by their status.
_FAULTS = {408: SlowBodyError, 503: TooManySlowBodiesError}


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The bytes that a request carries.

    readinto: fills a buffer, returns how many bytes, 0 at the end; raises if the body breaks.
    length: bytes that the client announced; None for a chunked body.
    """

    readinto: Callable[[memoryview], int]
    length: int | None


def open_body(request: WSGIRequest, before_waiting: Callable[[], None] = _nothing) -> RequestBody:
    """Return the request's body, unread.

    before_waiting: called each time that a thread is about to wait for the client.

    Raises: NoLengthError: it has neither a length nor chunks; InvalidLengthError.
    """
    length = None if is_chunked(request) else _content_length(request)
    readinto = _checked(_reader(request.META["wsgi.input"]), before_waiting)
    return RequestBody(readinto, length)


def read_all(
    request: WSGIRequest, limit: int, before_waiting: Callable[[], None] = _nothing
) -> bytes:
    """Return a body that has to be parsed as a whole.

    Raises: UploadTooLargeError: it has more than ``limit`` bytes; as ``open_body``.
    """
    body = open_body(request, before_waiting)
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


def _checked(
    readinto: Callable[[memoryview], int], before_waiting: Callable[[], None]
) -> Callable[[memoryview], int]:
    """Return ``readinto`` with the server's errors as ours.

    408 if it waits for too long, 503 if too many others do, 400 if it is cut.
    """

    def checked(buffer: memoryview) -> int:
        before_waiting()
        try:
            return readinto(buffer)
        except OSError as error:
            raise _FAULTS.get(getattr(error, "status", 400), BrokenBodyError)() from error

    return checked
