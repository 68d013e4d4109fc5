"""Files that a browser sends by a form that the holder of a key has signed (FormPost)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from time import time
from typing import Self
from urllib.parse import urlencode

from django.utils.encoding import iri_to_uri

from pithos_api.blocks.intake import ReadInto
from pithos_api.errors import InvalidSignatureError
from pithos_api.http.bodies.forms import type_of_part
from pithos_api.http.operations.table import Call
from pithos_api.http.parsing.paths import object_path
from pithos_api.http.parsing.times import parse_expiry
from pithos_api.http.swift.authentication import form_credentials
from pithos_api.http.swift.parsing.signed import SignedForm
from pithos_api.services.objects.writing import store_object
from pithos_api.values import ContainerPath, Details, ObjectPath
from pithos_api.values.requests import Upload
from web.bodies.body import RequestBody
from web.bodies.multipart import FormPart, FormReader
from web.errors import InvalidFormError, InvalidRequest, PithosError, TooLarge
from web.faults import status_of
from web.numbers import whole_number
from web.reply import Reply

MAX_FIELD = 4096

_NAMES = (
    *("redirect", "max_file_size", "max_file_count", "expires", "signature"),
    *("x_delete_at", "x_delete_after", "content-type", "content-encoding"),
)


class TooManyFilesError(InvalidRequest):
    """A form brings more files than its signer allows. limit: how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the form may bring at most {limit} files")


class FileTooLargeError(TooLarge):
    """A file of a form is larger than its signer allows. limit: bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a file of this form may have at most {limit} bytes")


@dataclass(frozen=True, slots=True)
class FormTerms:
    """What the signer and the form say of every file. max_size: bytes of each."""

    max_size: int
    max_count: int
    details: Details

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """Return what a form's fields say. Raises: InvalidFormError, InvalidExpiryError."""
        encoding = fields.get("content-encoding") or None
        if encoding is not None and not encoding.isascii():
            raise InvalidFormError("has a content-encoding that is not ASCII")
        after, at = fields.get("x_delete_after") or None, fields.get("x_delete_at")
        return cls(
            max_size=_number(fields, "max_file_size"),
            max_count=_number(fields, "max_file_count"),
            details=Details(
                content_type=fields.get("content-type", ""),
                content_encoding=encoding,
                expires=parse_expiry(after, at) or None,
            ),
        )


def store_files(call: Call[ContainerPath, SignedForm] | Call[ObjectPath, SignedForm]) -> Reply:
    """Store the form's files as objects named with its prefix and the file's name.

    201, or 303 to the form's ``redirect`` with the status and what went wrong. What goes wrong
    with a file leaves those before it.

    Raises:
        InvalidFormError, FormTooLargeError, InvalidSignatureError: whatever the form says.
        PithosError: without ``redirect``, as ``store_object``; TooManyFilesError,
            FileTooLargeError.
    """
    signed = call.wanted
    form = FormReader(call.body(), signed.content_type)
    fields, first = _read_fields(form)
    credentials = form_credentials(signed, fields)
    if _number(fields, "expires") <= time():
        raise InvalidSignatureError
    redirect = fields.get("redirect", "")
    try:
        terms = FormTerms.read(fields)
        for part in _files(form, first, terms.max_count):
            file = RequestBody(_limited(form.readinto, terms.max_size), None)
            store_object(credentials, _target(signed, part), _upload(part, terms), file)
    except PithosError as error:
        if not redirect:
            raise
        return _sent_back(redirect, status_of(error), str(error))
    return _sent_back(redirect, 201, "") if redirect else Reply(201)


def _read_fields(form: FormReader) -> tuple[dict[str, str], FormPart | None]:
    """Return the fields before the first file, and that file."""
    fields: dict[str, str] = {}
    while (part := form.next_part()) is not None:
        if part.file_name:
            return fields, part
        if part.file_name is None and part.name.lower() in _NAMES:
            fields[part.name.lower()] = form.read_text(MAX_FIELD)
    return fields, None


def _files(form: FormReader, first: FormPart | None, most: int) -> Iterator[FormPart]:
    """Yield the files from the first on.

    Raises: InvalidFormError: there is none; TooManyFilesError: at the first one too many.
    """
    if first is None:
        raise InvalidFormError("has no files")
    part: FormPart | None = first
    count = 0
    while part is not None:
        if part.file_name:
            count += 1
            if count > most:
                raise TooManyFilesError(most)
            yield part
        part = form.next_part()


def _target(signed: SignedForm, part: FormPart) -> ObjectPath:
    """Return what a file becomes. Raises: InvalidPathError."""
    container = signed.container
    name = f"{signed.prefix}{part.file_name}"
    return object_path(container.account, container.container, name)


def _upload(part: FormPart, terms: FormTerms) -> Upload:
    kind = type_of_part(terms.details.content_type or part.content_type)
    return Upload(replace(terms.details, content_type=kind))


def _limited(readinto: ReadInto, limit: int) -> ReadInto:
    """Return ``readinto``, which raises FileTooLargeError past ``limit`` bytes."""
    left = limit

    def limited(buffer: memoryview) -> int:
        nonlocal left
        count = readinto(buffer)
        left -= count
        if left < 0:
            raise FileTooLargeError(limit)
        return count

    return limited


def _number(fields: Mapping[str, str], name: str) -> int:
    number = whole_number(fields.get(name) or "0", 18)
    if number is None:
        raise InvalidFormError(f"has no number in {name}")
    return number


def _sent_back(redirect: str, status: int, message: str) -> Reply:
    """Return 303 to where the signer wants the browser, who is told what came of it."""
    place, mark, fragment = redirect.partition("#")
    outcome = urlencode({"status": status, "message": message})
    target = f"{place}{'&' if '?' in place else '?'}{outcome}{mark}{fragment}"
    return Reply(303, [("Location", iri_to_uri(target))])
