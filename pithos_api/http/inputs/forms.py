"""Objects sent by an HTML form (contract §2.4, POST form)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from pithos_api.errors import InvalidRequest, TooLarge, UploadTooLargeError
from pithos_api.http.body import is_chunked, open_body
from pithos_api.services.uploads import Body, Upload
from pithos_api.values import Conditions, Details

FIELD = "X-Object-Data"
OCTET_STREAM = "application/octet-stream"


# The parser holds all fields in memory, and costs some 40 µs for each; it also reads ahead.
MAX_AROUND = 512 * 1024


class InvalidFormError(InvalidRequest):
    def __init__(self, reason: str) -> None:
        super().__init__(f"the form {reason}")


class FormTooLargeError(TooLarge):
    def __init__(self) -> None:
        super().__init__(f"the form has more than {MAX_AROUND} bytes beside its file")


class FormStream:
    """A body as the parser reads it: what is no file's content may have ``MAX_AROUND`` bytes."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self.left = MAX_AROUND

    def read(self, size: int = 64 * 1024) -> bytes:
        buffer = bytearray(size)
        count = self._body.readinto(memoryview(buffer))
        self.left -= count
        if self.left < 0:
            raise FormTooLargeError
        return bytes(buffer[:count])


class _FileHandler(TemporaryFileUploadHandler):
    """Keeps files on disk, no more of them than one request may carry."""

    def __init__(self, stream: FormStream) -> None:
        super().__init__()
        self._stream = stream
        self._left = settings.PITHOS_MAX_UPLOAD_SIZE

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._stream.left += len(raw_data)
        self._left -= len(raw_data)
        if self._left < 0:
            raise UploadTooLargeError(settings.PITHOS_MAX_UPLOAD_SIZE)
        super().receive_data_chunk(raw_data, start)


def read_form(request: WSGIRequest) -> Upload:
    """Return the form's file as an upload; it waits in a temporary file.

    Raises: InvalidFormError: malformed, or without a file in the field ``X-Object-Data``.
    """
    body = open_body(request)
    meta: dict[str, Any] = dict(request.META)
    if is_chunked(request):
        meta["CONTENT_LENGTH"] = "1"  # the parser only asks whether there is anything
    stream = FormStream(body)
    try:
        parser = MultiPartParser(meta, stream, [_FileHandler(stream)])  # type: ignore[arg-type]
        _, files = parser.parse()
    except (MultiPartParserError, ValueError) as error:  # ValueError: its Content-Type
        raise InvalidFormError("is malformed") from error
    except SuspiciousOperation as error:
        raise InvalidFormError("has too many parts") from error
    file = files.get(FIELD)
    if file is None or file.file is None:
        raise InvalidFormError(f"has no file in the field {FIELD}")
    return Upload(
        details=Details(type_of_part(file.content_type)),
        body=Body(file.file.readinto, file.size),
        conditions=Conditions(),
    )


def least_size(request: WSGIRequest) -> int:
    """Return how many bytes the form's file has at least, by the length that is announced.

    Raises: NoLengthError, InvalidLengthError.
    """
    return max((open_body(request).length or 0) - MAX_AROUND, 0)


def type_of_part(value: str | None) -> str:
    """Return the Content-Type of a part as a header can say it."""
    return value if value and value.isascii() and value.isprintable() else OCTET_STREAM
