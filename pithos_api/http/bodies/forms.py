"""Objects sent by an HTML form (contract §2.4, POST form), whose file streams into the store."""

from dataclasses import replace
from typing import Final, Self

from django.conf import settings

from pithos_api.http.parsing.objects import OCTET_STREAM
from pithos_api.values import Details
from pithos_api.values.requests import Upload
from web.bodies.body import RequestBody
from web.bodies.multipart import MAX_AROUND, FormPart, FormReader
from web.bodies.pausing import keep
from web.errors import InvalidFormError, UploadTooLargeError

FIELD: Final = "X-Object-Data"
MAX_FILES: Final = 100

_PIECE: Final = 64 * 1024
_KEPT: Final = "object form"


def open_form(body: RequestBody, content_type: str) -> tuple[Upload, RequestBody]:
    """Return what a form says of its object, and the file in ``X-Object-Data``, unread.

    The file does not end before the form does: what is malformed behind it breaks the file. If
    the form does not go on, no thread waits for it; the request begins again where it was.

    Raises: InvalidFormError: malformed, or without such a file; also while the file is read.
    """
    form = _ObjectForm.of(body, content_type)
    details = Details(type_of_part(form.find().content_type))
    pausing = body.pausing and replace(body.pausing, receive=form.readinto)
    return Upload(details), RequestBody(form.readinto, None, pausing)


def least_size(body: RequestBody) -> int:
    """Return how many bytes a form's file has at least, by the length that is announced."""
    return max((body.length or 0) - MAX_AROUND, 0)


def type_of_part(value: str | None) -> str:
    """Return the Content-Type of a part as a header can say it."""
    return value if value and value.isascii() and value.isprintable() else OCTET_STREAM


class _ObjectForm:
    """A form with one file that counts. All files together may have what one upload may.

    Each step may raise that the body pauses, and is done again from its beginning then.
    """

    def __init__(self, form: FormReader) -> None:
        self._form = form
        self._files = 0
        self._left = settings.PITHOS_MAX_UPLOAD_SIZE
        self._found: FormPart | None = None
        self._file_has_ended = False
        self._in_other_file = False

    @classmethod
    def of(cls, body: RequestBody, content_type: str) -> Self:
        """Return the form in a request's body, the same if the request begins again."""
        form = replace(body, readinto=body.receive)
        return keep(body.pausing, _KEPT, lambda: cls(FormReader(form, content_type)))

    def close(self) -> None:
        """Do nothing: what a request keeps is closed at its end."""

    def find(self) -> FormPart:
        """Go on to the file in ``X-Object-Data``. Raises: InvalidFormError: there is none."""
        while self._found is None:
            part = self._next_file()
            if part is None:
                raise InvalidFormError(f"has no file in the field {FIELD}")
            if part.name == FIELD:
                self._found = part
            else:
                self._in_other_file = True
        return self._found

    def readinto(self, buffer: memoryview) -> int:
        """Read the file; at its end all that follows, before the end is told."""
        count = 0 if self._file_has_ended else self._read(buffer)
        if not count:
            self._file_has_ended = True
            self._finish()
        return count

    def _finish(self) -> None:
        while (part := self._next_file()) is not None:
            if part.name == FIELD:
                raise InvalidFormError(f"has several files in the field {FIELD}")
            self._in_other_file = True

    def _next_file(self) -> FormPart | None:
        self._skip()
        part = self._form.next_part()
        while part is not None and not part.file_name:
            part = self._form.next_part()
        self._files += 1
        if self._files > MAX_FILES and part is not None:
            raise InvalidFormError("has too many parts")
        return part

    def _skip(self) -> None:
        """Read the rest of a file that does not count."""
        if self._in_other_file:
            piece = memoryview(bytearray(_PIECE))
            while self._read(piece):
                pass
            self._in_other_file = False

    def _read(self, buffer: memoryview) -> int:
        count = self._form.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise UploadTooLargeError(settings.PITHOS_MAX_UPLOAD_SIZE)
        return count
