"""The parts of a form as they arrive: nothing of them waits in memory or on disk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.http import parse_header_parameters
from multipart import MultipartError, PushMultipartParser

from web.errors import InvalidFormError, TooLarge

MEDIA_TYPE = "multipart/form-data"


# The parser holds all fields in memory, and costs some 40 µs for each; it also reads ahead.
MAX_AROUND = 512 * 1024

_NO_MORE = object()


class FormTooLargeError(TooLarge):
    """The fields and heads of a form are too large. The file itself does not count."""

    def __init__(self) -> None:
        super().__init__(f"the form has more than {MAX_AROUND} bytes beside its file")


class Source(Protocol):
    """What is needed of a body: see ``web.bodies.body.RequestBody``."""

    @property
    def readinto(self) -> Callable[[memoryview], int]: ...


class FormStream:
    """A body as the parser reads it: what is no file's content may have ``MAX_AROUND`` bytes."""

    def __init__(self, body: Source) -> None:
        self._body = body
        self.left = MAX_AROUND

    def read(self, size: int = 64 * 1024) -> bytes:
        buffer = bytearray(size)
        count = self._body.readinto(memoryview(buffer))
        self.left -= count
        if self.left < 0:
            raise FormTooLargeError
        return bytes(buffer[:count])


@dataclass(frozen=True, slots=True)
class FormPart:
    """What a part says of itself. file_name: None where it is a field, "" where no file was chosen.

    content_type: as it was sent, None without any.
    """

    name: str
    file_name: str | None
    content_type: str | None


class FormReader:
    """Reads a form once, part by part. What is no file's content may have 512 KiB.

    If reading the body raises, nothing is lost: whoever calls again goes on where it was.
    """

    def __init__(self, body: Source, content_type: str) -> None:
        self._stream = FormStream(body)
        try:
            _, options = parse_header_parameters(content_type)
            parser = PushMultipartParser(options.get("boundary", ""))
        except (MultipartError, ValueError, LookupError) as error:  # the last two: its Content-Type
            raise InvalidFormError("is malformed") from error
        self._parser = parser
        # A segment for the head of a part, then bytes, then None at its end.
        self._events: Iterator[Any] = iter(())
        self._in_part = False
        self._rest = memoryview(b"")
        self._value = b""  # what has come of a field

    def next_part(self) -> FormPart | None:
        """Go on to the next part, past what is left of this one; None at the form's end.

        Raises: InvalidFormError, FormTooLargeError; whatever reading the body raises.
        """
        while self._in_part:
            self._next_piece()
        segment = self._next_event()
        if segment is None:
            return None
        self._in_part = True
        return FormPart(segment.name, segment.filename, segment.header("Content-Type"))

    def read_text(self, limit: int) -> str:
        """Return the content of a field of up to ``limit`` bytes.

        Raises: InvalidFormError: it is longer, or not text.
        """
        while self._in_part:
            self._value += self._next_piece()
            if len(self._value) > limit:
                raise InvalidFormError(f"has a field of more than {limit} bytes")
        value, self._value = self._value, b""
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
            while (event := next(self._events, _NO_MORE)) is _NO_MORE:
                if self._parser.closed:
                    return None
                self._events = self._parser.parse(self._stream.read())
            return event
        except MultipartError as error:
            raise InvalidFormError("is malformed") from error
