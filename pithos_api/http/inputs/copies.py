"""COPY and MOVE, and PUT with X-Copy-From or X-Move-From (contract §2.4)."""

from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest
from pithos_api.http.authentication import credentials_of
from pithos_api.http.body import open_body
from pithos_api.http.conditions import write_conditions
from pithos_api.http.headers import (
    InvalidHeaderError,
    decoded_header,
    header,
    meta_headers,
    share_change,
)
from pithos_api.http.inputs.listings import read_delimiter
from pithos_api.http.inputs.times import read_expiry
from pithos_api.http.names import object_path
from pithos_api.services.copies import Copy
from pithos_api.services.permissions import find_caller
from pithos_api.values import Conditions, DetailsChange, ObjectPath

_MAX_SERIAL = 2**63 - 1
_NO_VERSION = 0  # serials begin at 1


class TwoSourcesError(InvalidRequest):
    def __init__(self) -> None:
        super().__init__("X-Copy-From and X-Move-From exclude each other")


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """A copy, or with ``moves`` a move."""

    copy: Copy
    moves: bool


def read_copy(request: WSGIRequest, source: ObjectPath) -> Copy:
    """Return what COPY or MOVE of ``source`` asks for; conditions are on the source.

    Raises: InvalidRequest.
    """
    account = named_account(request, "Destination-Account")
    value = header(request, "Destination")
    if value is None:
        raise InvalidHeaderError("Destination", "is needed")
    return Copy(
        source=source,
        destination=named_path(account, "Destination", value),
        change=read_details_change(request),
        serial=read_source_version(request) if request.method == "COPY" else None,
        source_conditions=write_conditions(request),
        share=share_change(request),
        delimiter=read_delimiter(request),
    )


def read_copy_into(request: WSGIRequest, destination: ObjectPath) -> CopyRequest | None:
    """Return what PUT of ``destination`` copies or moves there, None if it brings a body.

    Conditions are on the destination: this is how clients detect clashes of names.

    Raises: as ``read_copy``; NoLengthError: it does not say that its body is empty.
    """
    copied, moved = header(request, "X-Copy-From"), header(request, "X-Move-From")
    if copied is None and moved is None:
        return None
    if copied is not None and moved is not None:
        raise TwoSourcesError
    open_body(request)  # asked for its length only; a body brings nothing to a copy
    name = "X-Copy-From" if moved is None else "X-Move-From"
    account = named_account(request, "X-Source-Account")
    source = named_path(account, name, copied or moved or "")
    copy = Copy(
        source=source,
        destination=destination,
        change=read_details_change(request),
        serial=None if moved else read_source_version(request),
        source_conditions=Conditions(),
        conditions=write_conditions(request),
        share=share_change(request),
        delimiter=read_delimiter(request),
    )
    return CopyRequest(copy, moves=moved is not None)


def read_details_change(request: WSGIRequest) -> DetailsChange:
    """Return what a copy changes of the source's details.

    Raises: InvalidRequest.
    """
    content_type: str | None = request.META.get("CONTENT_TYPE") or None
    if "ignore_content_type" in request.GET:
        content_type = None
    if content_type is not None and not (content_type.isascii() and content_type.isprintable()):
        raise InvalidHeaderError("Content-Type", "has characters other than printable ASCII")
    return DetailsChange(
        content_type=content_type,
        content_encoding=header(request, "Content-Encoding"),
        content_disposition=header(request, "Content-Disposition"),
        manifest=decoded_header(request, "X-Object-Manifest"),
        expires=read_expiry(request),
        meta=meta_headers(request, "X-Object-Meta-"),
    )


def named_account(request: WSGIRequest, name: str) -> str:
    """Return the account that a header names, else the caller's own.

    Raises: InvalidHeaderError; InvalidTokenError.
    """
    account = decoded_header(request, name)
    return account.lower() if account else find_caller(credentials_of(request)).account


def named_path(account: str, name: str, value: str) -> ObjectPath:
    """Return the object that ``/container/object`` in a header names; the slash may be missing.

    Raises: InvalidHeaderError, InvalidPathError.
    """
    try:
        text = unquote_to_bytes(value).decode()
    except UnicodeDecodeError as error:
        raise InvalidHeaderError(name, "is not percent-encoded UTF-8") from error
    container, slash, object_name = text.removeprefix("/").partition("/")
    if not (container and slash and object_name):
        raise InvalidHeaderError(name, "is like /container/object")
    return object_path(account, container, object_name)


def read_source_version(request: WSGIRequest) -> int | None:
    """Return the version of the source that is to be copied, None for the current one.

    Raises: InvalidHeaderError.
    """
    return read_serial(header(request, "X-Source-Version"))


def read_serial(value: str | None) -> int | None:
    """Return the version that a client names, None if it names none.

    What is no number is no version either (contract §2.4). Services say so: they ask first who
    may know.
    """
    if value is None:
        return None
    whole = value.isascii() and value.isdecimal() and len(value) <= len(str(_MAX_SERIAL))
    return int(value) if whole and int(value) <= _MAX_SERIAL else _NO_VERSION
