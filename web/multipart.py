"""The parts of a form as they arrive: nothing of them waits in memory or on disk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters
from multipart import MultipartError, PushMultipartParser

from pithos_api.http.parsing.forms import FormStream
from web.body import open_body
from web.errors import InvalidFormError

MEDIA_TYPE = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Part:
    """What a part says of itself. file_name: None where it is a field, "" where no file was chosen.

    content_type: as it was sent, None without any.
    """

    name: str
    file_name: str | None
    content_type: str | None


class FormReader:
    """Reads a form once, part by part. What is no file's content may have 512 KiB."""

    def __init__(self, request: WSGIRequest) -> None:
        _, options = parse_header_parameters(request.META.get("CONTENT_TYPE", ""))
        self._stream = FormStream(open_body(request))
        try:
            parser = PushMultipartParser(options.get("boundary", ""))
        except MultipartError as error:
            raise InvalidFormError("is malformed") from error
        # A segment for the head of a part, then bytes, then None at its end.
        self._events: Iterator[Any] = parser.parse_blocking(self._stream.read)
        self._in_part = False
        self._rest = memoryview(b"")

    def next_part(self) -> Part | None:
        """Go on to the next part, past what is left of this one; None at the form's end.

        Raises: InvalidFormError, FormTooLargeError; whatever reading the body raises.
        """
        while self._in_part:
            self._next_piece()
        segment = self._next_event()
        if segment is None:
            return None
        self._in_part = True
        return Part(segment.name, segment.filename, segment.header("Content-Type"))

    def read_text(self, limit: int) -> str:
        """Return the content of a field of up to ``limit`` bytes.

        Raises: InvalidFormError: it is longer, or not text.
        """
        value = b""
        while self._in_part:
            value += self._next_piece()
            if len(value) > limit:
                raise InvalidFormError(f"has a field of more than {limit} bytes")
        try:
            text = value.decode()
        except UnicodeDecodeError as error:
            raise InvalidFormError("has a field that is not UTF-8") from error
        if not text.isprintable():
            raise InvalidFormError("has a field with control characters")
        return text

    def readinto(self, buffer: memoryview) -> int:
        """Fill the front of ``buffer`` with a file's content; 0 is the end of the part."""
        if not self._rest and self._in_part:
            self._rest = memoryview(self._next_piece())
            self._stream.left += len(self._rest)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _next_piece(self) -> bytes:
        """Return some bytes of this part, none at its end."""
        self._rest = memoryview(b"")
        piece: bytes | None = self._next_event()
        self._in_part = piece is not None
        return piece or b""

    def _next_event(self) -> Any:
        try:
            return next(self._events, None)
        except MultipartError as error:
            raise InvalidFormError("is malformed") from error
