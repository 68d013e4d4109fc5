"""Archives that a PUT brings, and what is said of the files in them."""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from pithos_api.http.bodies.archives.decompressing import Compression
from pithos_api.http.parsing import objects
from pithos_api.http.parsing.conditions import refuse_conditions
from pithos_api.http.parsing.paths import object_path
from pithos_api.http.swift.parsing.requests import META_LIMIT, is_true
from pithos_api.values import ContainerPath, Details, ObjectPath
from pithos_api.values.requests import Upload
from web.errors import InvalidHeaderError, InvalidPathError, InvalidRequest, NotTextError
from web.fields.encoding import encoded
from web.headers import header
from web.negotiation import Format, negotiate
from web.request_head import RequestHead

PARAMETER: Final = "extract-archive"

# Of a request's headers these are said of all its files.
_META: Final = "HTTP_X_OBJECT_META_"
_COMMON: Final = ("HTTP_X_DELETE_AT", "HTTP_X_DELETE_AFTER", "HTTP_X_DETECT_CONTENT_TYPE")

# Extended attributes in PAX headers: as GNU tar and star write them, and libarchive, in base64.
_PLAIN: Final = "SCHILY.xattr.user."
_BASE64: Final = "LIBARCHIVE.xattr.user."
_NAMING: Final = "!#$&'*+-.^`|~"


class UnsupportedArchiveError(InvalidRequest):
    """The archive is of a kind that is not unpacked here."""

    def __init__(self) -> None:
        kinds = ", ".join(each.value for each in Compression)
        super().__init__(f"Unsupported archive format: {PARAMETER} is one of {kinds}")


class DeepNameError(InvalidPathError):
    """A file is in too many folders. limit: how many it may be in."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"has more than {limit} folders in each other")


@dataclass(frozen=True, slots=True)
class ArchiveUpload:
    """An archive that is to become objects.

    form: of the report. base: what the names of all files begin with, ``container/prefix`` or "".
    fields: headers that are said of each file.
    """

    compression: Compression
    form: Format
    account: str
    base: str
    fields: Mapping[str, str]


def read_archive(head: RequestHead, path: ObjectPath | ContainerPath | str) -> ArchiveUpload:
    """Return what a PUT with ``extract-archive`` asks for.

    Raises: UnsupportedArchiveError, ConditionRefusedError; as ``read_details`` of what is said of
    all files.
    """
    refuse_conditions(head, PARAMETER)
    if header(head, "Content-Range"):
        raise objects.PartialPutError
    try:
        compression = Compression(head.query[PARAMETER].lower().strip("."))
    except ValueError as error:
        raise UnsupportedArchiveError from error
    fields = {
        key: value for key, value in head.fields.items() if key in _COMMON or key.startswith(_META)
    }
    _details(fields, "")
    account, base = _place(path)
    return ArchiveUpload(compression, negotiate(head), account, base, fields)


def _place(path: ObjectPath | ContainerPath | str) -> tuple[str, str]:
    if isinstance(path, str):
        return path, ""
    if isinstance(path, ContainerPath):
        return path.account, path.container
    return path.account, f"{path.container}/{path.name}".rstrip("/")


def place_of(base: str, name: str) -> str:
    """Return ``container/object`` for a file, as Swift does; without ``/`` it has no container."""
    name = name.removeprefix("./").lstrip("/")
    return f"{base}/{name}" if base else name


def path_of(account: str, place: str, depth: int) -> ObjectPath:
    """Return what a file becomes. depth: in how many folders it may be.

    Raises: NotTextError, InvalidPathError.
    """
    try:
        place.encode()
    except UnicodeEncodeError as error:
        raise NotTextError from error
    if "\0" in place:
        raise NotTextError
    container, _, name = place.partition("/")
    if name.count("/") > depth:
        raise DeepNameError(depth)
    return object_path(account, container, name)


def read_file(wanted: ArchiveUpload, name: str, said: Mapping[str, str]) -> Upload:
    """Return what is said of a file, by the request and by the archive, which says it better.

    said: PAX headers. Raises: InvalidHeaderError; as ``read_details``.
    """
    own = dict(_own_fields(said)) if said else {}
    return Upload(_details({**wanted.fields, **own}, name))


def _details(fields: Mapping[str, str], name: str) -> Details:
    if not fields:
        return Details(objects.guessed_type(name))
    head = RequestHead("PUT", "", dict(fields), {}, raw=True)
    return objects.read_details(head, name, META_LIMIT, _type_of)


def _type_of(head: RequestHead, name: str) -> str:
    """Return the type that the archive tells, unless it is to be guessed."""
    if is_true(header(head, "X-Detect-Content-Type")):
        return objects.guessed_type(name)
    return objects.sent_type(head) or objects.guessed_type(name)


def _own_fields(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield extended attributes of a file as headers; of two ways to write one the plain one."""
    for key, value in sorted(said.items()):  # libarchive's come before the plain ones
        if key.startswith(_BASE64):
            yield from _field(key.removeprefix(_BASE64), _decoded(value))
        elif key.startswith(_PLAIN):
            yield from _field(key.removeprefix(_PLAIN), value)


def _field(key: str, value: str) -> Iterator[tuple[str, str]]:
    try:
        value.encode()
        name = quote(key.encode(), safe=_NAMING)
    except UnicodeEncodeError as error:
        raise InvalidHeaderError("xattr", "is not UTF-8") from error
    if key == "mime_type":
        yield "CONTENT_TYPE", value
    elif key.startswith("meta."):
        yield _META + name.removeprefix("meta.").upper().replace("-", "_"), encoded(value)


def _decoded(value: str) -> str:
    """Return what libarchive has written in base64, without the end of it; else the value."""
    try:
        return b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return value
