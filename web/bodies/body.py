"""The only reader of request bodies, for every interface.

Django's own stream gives nothing for a chunked body and buffers what it parses; the server
(``server/``) never lets a cut body look like a complete one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from wsgiref.types import InputStream

from django.core.handlers.wsgi import WSGIRequest

from web.bodies.pausing import Kept, Pausing, ReadInto, as_ours
from web.errors import (
    IncompleteBodyError,
    InvalidLengthError,
    NoLengthError,
    UploadTooLargeError,
)
from web.numbers import whole_number


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The bytes that a request carries.

    readinto: fills a buffer, returns how many bytes, 0 at the end; raises if the body breaks.
    length: bytes that the client announced; None for a chunked body. pausing: how to leave it
    while it does not go on; None: a thread waits. at_hand: all of it has come.
    """

    readinto: ReadInto
    length: int | None
    pausing: Pausing | None = None
    at_hand: bool = False

    def gather(self, most: int) -> None:
        """Have all of it at hand, or ``most`` bytes, before any is read, if the server can.

        Raises: BodyPauses; whatever reading raises.
        """
        if self.pausing is not None:
            self.pausing.gather(most)

    @property
    def receive(self) -> ReadInto:
        """Its ``readinto``; where a thread would wait for long it raises BodyPauses, if it may."""
        return self.readinto if self.pausing is None else self.pausing.receive

    def apart(self, kept: Kept) -> "RequestBody":
        """Return it as one of several bodies in a request: what it keeps is in ``kept``."""
        pausing = self.pausing
        return self if pausing is None else replace(self, pausing=replace(pausing, kept=kept))

    def through(self, change: Callable[[ReadInto], ReadInto], length: int | None) -> "RequestBody":
        """Return a body of ``length`` bytes, which is read by what ``change`` makes of reading."""
        pausing = self.pausing
        if pausing is not None:
            pausing = replace(pausing, receive=change(pausing.receive))
        return RequestBody(change(self.readinto), length, pausing)


NOTHING = RequestBody(lambda _: 0, 0)


def open_body(
    request: WSGIRequest,
    before_waiting: Callable[[], None] = _nothing,
    pausing: Pausing | None = None,
) -> RequestBody:
    """Return the request's body, unread.

    before_waiting: called each time that a thread is about to wait for the client. pausing: given
    by who can begin the request again.

    Raises: NoLengthError: it has neither a length nor chunks; InvalidLengthError.
    """
    length = None if is_chunked(request.META) else _content_length(request)
    stream = request.META["wsgi.input"]
    readinto = _checked(_reader(stream), before_waiting)
    return RequestBody(readinto, length, pausing, getattr(stream, "at_hand", False))


def read_all(body: RequestBody, limit: int) -> bytes:
    """Return a body that has to be parsed as a whole.

    Raises: UploadTooLargeError: it has more than ``limit`` bytes; whatever reading raises.
    """
    if body.length is not None and body.length > limit:
        raise UploadTooLargeError(limit)
    body.gather(limit + 1)
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


def is_chunked(fields: Mapping[str, str]) -> bool:
    """Return whether the body ends where its chunks do. fields: headers by their WSGI names."""
    return "chunked" in fields.get("HTTP_TRANSFER_ENCODING", "").lower()


def _content_length(request: WSGIRequest) -> int:
    value = request.META.get("CONTENT_LENGTH") or ""
    if not value:
        raise NoLengthError
    length = whole_number(value, 18)
    if length is None:
        raise InvalidLengthError(value)
    return length


def _reader(stream: InputStream) -> ReadInto:
    """Return the stream's ``readinto``, or one made of ``read`` under a server without it."""
    if hasattr(stream, "readinto"):
        return stream.readinto  # type: ignore[no-any-return]

    def readinto(buffer: memoryview) -> int:
        data = stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    return readinto


def _checked(readinto: ReadInto, before_waiting: Callable[[], None]) -> ReadInto:
    """Return ``readinto`` with the server's errors as ours."""

    def checked(buffer: memoryview) -> int:
        before_waiting()
        with as_ours():
            return readinto(buffer)

    return checked
