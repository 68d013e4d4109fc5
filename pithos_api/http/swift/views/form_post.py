"""Files that a browser sends by a form that the holder of a key has signed (FormPost)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from time import time
from typing import Final, Self
from urllib.parse import urlencode

from django.utils.encoding import iri_to_uri

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
from web.bodies.pausing import Kept, keep
from web.errors import InvalidFormError, InvalidRequest, PithosError, TooLarge
from web.faults import status_of
from web.numbers import whole_number
from web.reply import Reply

MAX_FIELD = 4096
_KEPT: Final = "signed files"

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
    form = _SignedFiles.of(call.body(), signed.content_type)
    fields = form.read_fields()
    credentials = form_credentials(signed, fields)
    if _number(fields, "expires") <= form.begun:
        raise InvalidSignatureError
    redirect = fields.get("redirect", "")
    try:
        terms = form.read_terms()
        for part, file in form.files(terms):
            store_object(credentials, _target(signed, part), _upload(part, terms), file)
    except PithosError as error:
        if not redirect:
            raise
        return _sent_back(redirect, status_of(error), str(error))
    return _sent_back(redirect, 201, "") if redirect else Reply(201)


class _SignedFiles:
    """The files of a form, one after the other. A request keeps it, so what is stored stays so.

    begun: when the fields had come, seconds since the epoch; 0 before.
    """

    def __init__(self, body: RequestBody, content_type: str) -> None:
        self.begun = 0.0
        self._form = FormReader(replace(body, readinto=body.receive), content_type)
        self._body = body
        self._fields: dict[str, str] = {}
        self._terms: FormTerms | None = None
        self._part: FormPart | None = None  # where the form is
        self._is_done = False  # with that part
        self._count = 0  # files, with that part
        self._size = 0  # bytes of its file
        self._kept = Kept()

    @classmethod
    def of(cls, body: RequestBody, content_type: str) -> Self:
        """Return those in a request's body, the same if the request begins again."""
        return keep(body.pausing, _KEPT, lambda: cls(body, content_type))

    def read_fields(self) -> Mapping[str, str]:
        """Return the fields before the first file. Raises: as ``FormReader``; BodyPauses."""
        while not self.begun:
            part = self._part = self._part or self._form.next_part()
            if part is None or part.file_name:
                self._count = 1
                self.begun = time()
                break
            if part.file_name is None and part.name.lower() in _NAMES:
                self._fields[part.name.lower()] = self._form.read_text(MAX_FIELD)
            self._part = None
        return self._fields

    def read_terms(self) -> FormTerms:
        """Return what the fields say of every file. Raises: as ``FormTerms.read``."""
        if self._terms is None:
            self._terms = FormTerms.read(self._fields)
        return self._terms

    def files(self, terms: FormTerms) -> Iterator[tuple[FormPart, RequestBody]]:
        """Yield the files from the first on that has not come, each with its content.

        Each is to be read to its end before the next is asked for.

        Raises: InvalidFormError: there is none; TooManyFilesError: at the first one too many;
            FileTooLargeError: while one is read; BodyPauses.
        """
        if self._part is None and not self._is_done:
            raise InvalidFormError("has no files")
        while self._go_on():
            if self._part is not None and self._part.file_name:
                if self._count > terms.max_count:
                    raise TooManyFilesError(terms.max_count)
                yield self._part, self._file(terms.max_size)
                self._kept.close()
            self._is_done = True

    def close(self) -> None:
        """Give up the file that comes: the request has ended."""
        self._kept.close()

    def _go_on(self) -> bool:
        """Go to the next part if this one is done; whether there is one."""
        if self._is_done:
            self._part = self._form.next_part()
            self._is_done, self._size = False, 0
            self._count += self._part is not None and bool(self._part.file_name)
        return self._part is not None

    def _file(self, limit: int) -> RequestBody:
        """Return the content of the part's file, of up to ``limit`` bytes."""

        def limited(buffer: memoryview) -> int:
            count = self._form.readinto(buffer)
            self._size += count
            if self._size > limit:
                raise FileTooLargeError(limit)
            return count

        return self._body.through(lambda _: limited, None).apart(self._kept)


def _target(signed: SignedForm, part: FormPart) -> ObjectPath:
    """Return what a file becomes. Raises: InvalidPathError."""
    container = signed.container
    name = f"{signed.prefix}{part.file_name}"
    return object_path(container.account, container.container, name)


def _upload(part: FormPart, terms: FormTerms) -> Upload:
    kind = type_of_part(terms.details.content_type or part.content_type)
    return Upload(replace(terms.details, content_type=kind))


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
