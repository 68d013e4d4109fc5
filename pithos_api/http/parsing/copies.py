"""COPY and MOVE, and PUT with X-Copy-From or X-Move-From (contract §2.4)."""

from pithos_api.http.parsing.conditions import write_conditions
from pithos_api.http.parsing.listings import read_delimiter
from pithos_api.http.parsing.metadata import meta_headers
from pithos_api.http.parsing.paths import own_object_path
from pithos_api.http.parsing.selections import read_selection
from pithos_api.http.parsing.sharing import share_change
from pithos_api.http.parsing.times import read_expiry
from pithos_api.values import DetailsChange, MetaLimit, ObjectPath
from pithos_api.values.requests import Copy
from web.errors import InvalidHeaderError, InvalidRequest
from web.headers import checked, decoded_header, header, require_utf8
from web.names import lowered
from web.numbers import whole_number
from web.request_head import RequestHead

_MAX_SERIAL = 2**63 - 1
_NO_VERSION = 0  # serials begin at 1


class TwoSourcesError(InvalidRequest):
    """The request names a source to copy and another one to move."""

    def __init__(self) -> None:
        super().__init__("X-Copy-From and X-Move-From exclude each other")


def read_copy(head: RequestHead, source: ObjectPath) -> Copy:
    """Return what COPY or MOVE of ``source`` asks for; conditions are on the source.

    Raises: InvalidRequest.
    """
    return Copy(
        source=source,
        destination=destination_of(head, source),
        change=read_details_change(head),
        serial=read_source_version(head) if head.method == "COPY" else None,
        source_conditions=write_conditions(head),
        share=share_change(head),
        delimiter=read_delimiter(head),
        selection=read_selection(head),
    )


def destination_of(head: RequestHead, _: ObjectPath) -> ObjectPath:
    """Return where COPY or MOVE leads. Raises: InvalidHeaderError, InvalidPathError."""
    account = named_account(head, "Destination-Account")
    value = header(head, "Destination")
    if value is None:
        raise InvalidHeaderError("Destination", "is needed")
    return named_path(account, "Destination", value)


def read_copy_into(head: RequestHead, destination: ObjectPath) -> Copy:
    """Return what PUT of ``destination`` copies there.

    Conditions are on the destination: this is how clients detect clashes of names.

    Raises: as ``read_copy``.
    """
    return _copy_from(head, destination, read_source_version(head))


def read_move_into(head: RequestHead, destination: ObjectPath) -> Copy:
    """Return what PUT of ``destination`` moves there; else as ``read_copy_into``."""
    return _copy_from(head, destination, None)


def source_of(head: RequestHead, _: ObjectPath) -> ObjectPath:
    """Return what a PUT copies or moves.

    Raises: TwoSourcesError, InvalidHeaderError, InvalidPathError.
    """
    copied, moved = header(head, "X-Copy-From"), header(head, "X-Move-From")
    if copied is not None and moved is not None:
        raise TwoSourcesError
    name = "X-Move-From" if copied is None else "X-Copy-From"
    return named_path(named_account(head, "X-Source-Account"), name, copied or moved or "")


def _copy_from(head: RequestHead, destination: ObjectPath, serial: int | None) -> Copy:
    return Copy(
        source=source_of(head, destination),
        destination=destination,
        change=read_details_change(head),
        serial=serial,
        conditions=write_conditions(head),
        share=share_change(head),
        delimiter=read_delimiter(head),
        selection=read_selection(head),
    )


def read_details_change(head: RequestHead, limit: MetaLimit | None = None) -> DetailsChange:
    """Return what a copy changes of the source's details. limit: of its metadata.

    Raises: InvalidRequest.
    """
    content_type: str | None = head.fields.get("CONTENT_TYPE") or None
    if "ignore_content_type" in head.query:
        content_type = None
    return DetailsChange(
        content_type=content_type and checked(head, "Content-Type", content_type),
        content_encoding=header(head, "Content-Encoding"),
        content_disposition=header(head, "Content-Disposition"),
        manifest=decoded_header(head, "X-Object-Manifest"),
        expires=read_expiry(head),
        meta=meta_headers(head, "X-Object-Meta-", limit),
        limit=limit,
    )


def named_account(head: RequestHead, name: str) -> str:
    """Return the account that a header names, "" for the caller's own.

    Raises: InvalidHeaderError.
    """
    return lowered(decoded_header(head, name) or "")


def named_path(account: str, name: str, value: str) -> ObjectPath:
    """Return the object that ``/container/object`` in a header names; the slash may be missing.

    account: as of ``Copy``: "" is the caller's own.

    Raises: InvalidHeaderError, InvalidPathError.
    """
    container, slash, object_name = require_utf8(name, value).removeprefix("/").partition("/")
    if not (container and slash and object_name):
        raise InvalidHeaderError(name, "is like /container/object")
    return own_object_path(account, container, object_name)


def read_source_version(head: RequestHead) -> int | None:
    """Return the version of the source that is to be copied, None for the current one.

    Raises: InvalidHeaderError.
    """
    return read_serial(header(head, "X-Source-Version"))


def read_serial(value: str | None) -> int | None:
    """Return the version that a client names, None if it names none.

    What is no number is no version either (contract §2.4). Services say so: they ask first who
    may know.
    """
    if value is None:
        return None
    serial = whole_number(value, len(str(_MAX_SERIAL)))
    return serial if serial is not None and serial <= _MAX_SERIAL else _NO_VERSION
