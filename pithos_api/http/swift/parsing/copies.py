"""COPY, and PUT with X-Copy-From, as Swift's clients mean them."""

from dataclasses import dataclass, replace

from pithos_api.http.parsing.conditions import write_conditions
from pithos_api.http.parsing.copies import named_path, read_details_change, read_source_version
from pithos_api.http.parsing.listings import read_delimiter
from pithos_api.http.parsing.selections import NoRangeError, read_selection
from pithos_api.http.parsing.sharing import share_change
from pithos_api.http.swift.parsing.manifests import is_manifest_request
from pithos_api.http.swift.parsing.reading import wants_symlink
from pithos_api.http.swift.parsing.requests import META_LIMIT, is_true
from pithos_api.values import DetailsChange, ObjectPath
from pithos_api.values.requests import Copy
from web.errors import InvalidHeaderError
from web.headers import decoded_header, header
from web.names import lowered
from web.request_head import RequestHead


@dataclass(frozen=True, slots=True)
class SwiftCopy:
    """A copy. of_manifest: a large object is copied as its manifest, not as what it reads as."""

    copy: Copy
    of_manifest: bool


class InvalidPlaceError(InvalidHeaderError):
    """A copy's other end is no object: 412 for clients of Swift."""


def read_copy(head: RequestHead, source: ObjectPath) -> SwiftCopy:
    """Return what COPY of ``source`` asks for; conditions are on the source.

    Raises: InvalidRequest.
    """
    copy = Copy(
        source=source,
        destination=destination_of(head, source),
        change=_change(head),
        serial=read_source_version(head),
        source_conditions=write_conditions(head),
        share=share_change(head),
        delimiter=read_delimiter(head),
        selection=read_selection(head),
        follows=_follows(head),
    )
    return SwiftCopy(copy, of_manifest=_is_of_manifest(head))


def destination_of(head: RequestHead, source: ObjectPath) -> ObjectPath:
    """Return where COPY of ``source`` leads. Raises: InvalidHeaderError, InvalidPathError."""
    account = _account(head, "Destination-Account", source.account)
    return _named(account, "Destination", header(head, "Destination"))


def read_copy_into(head: RequestHead, destination: ObjectPath) -> SwiftCopy:
    """Return what PUT of ``destination`` copies there.

    Raises: as ``read_copy``.
    """
    copy = Copy(
        source=source_of(head, destination),
        destination=destination,
        change=_change(head),
        serial=read_source_version(head),
        conditions=write_conditions(head),
        share=share_change(head),
        delimiter=read_delimiter(head),
        selection=read_selection(head),
        follows=_follows(head),
    )
    return SwiftCopy(copy, of_manifest=_is_of_manifest(head))


def _follows(head: RequestHead) -> bool:
    """Return whether what a symlink leads to is copied, not the symlink. Raises: NoRangeError."""
    if not wants_symlink(head):
        return not head.query.get("delimiter")
    if header(head, "Range"):
        raise NoRangeError("a copy of a symlink")
    return False


def _is_of_manifest(head: RequestHead) -> bool:
    """Return whether a manifest is copied itself. Raises: NoRangeError."""
    if not is_manifest_request("get")(head):
        return False
    if header(head, "Range"):
        raise NoRangeError("a copy of a manifest")
    return True


def source_of(head: RequestHead, destination: ObjectPath) -> ObjectPath:
    """Return what PUT of ``destination`` copies. Raises: InvalidHeaderError, InvalidPathError."""
    account = _account(head, "X-Copy-From-Account", destination.account)
    if header(head, "X-Source-Account") is not None:  # Pithos' name for it
        account = _account(head, "X-Source-Account", account)
    return _named(account, "X-Copy-From", header(head, "X-Copy-From"))


def _named(account: str, name: str, value: str | None) -> ObjectPath:
    """Return the object that a header names. Raises: InvalidPlaceError, InvalidHeaderError."""
    if not value:
        raise InvalidPlaceError(name, "is needed")
    container, _, object_name = value.removeprefix("/").partition("/")
    if not (container and object_name):
        raise InvalidPlaceError(name, "must be of the form <container name>/<object name>")
    return named_path(account, name, value)


def _account(head: RequestHead, name: str, default: str) -> str:
    """Return the account that a header names, with AUTH_ or without."""
    account = decoded_header(head, name)
    return account_of(account) if account else default


def account_of(name: str) -> str:
    """Return the account that is called ``name``, with AUTH_ or without."""
    return lowered(name.removeprefix("AUTH_"))


def _change(head: RequestHead) -> DetailsChange:
    fresh = is_true(header(head, "X-Fresh-Metadata"))
    return replace(read_details_change(head, META_LIMIT), replace=fresh)
