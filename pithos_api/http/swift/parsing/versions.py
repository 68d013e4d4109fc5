"""Versions as Swift's clients name them: by serials as decimal text."""

from dataclasses import dataclass

from pithos_api.http.parsing.conditions import write_conditions
from pithos_api.http.parsing.versions import VersionRefusedError
from pithos_api.http.swift.parsing.requests import is_true, read_objects_page
from pithos_api.values import ContainerPath, DetailsChange, ObjectPage, ObjectPath
from pithos_api.values.requests import Copy
from web.conditions import ReadConditions
from web.errors import InvalidRequest
from web.fields.conditions import read_conditions
from web.negotiation import Format, negotiate
from web.numbers import whole_number
from web.request_head import RequestHead

VERSION = "version-id"
_NO_VERSION = 0  # serials begin at 1
_LARGEST = 2**63 - 1


class InvalidVersionIdError(InvalidRequest):
    """A parameter names no version."""

    def __init__(self, parameter: str) -> None:
        super().__init__(f"Invalid {parameter} parameter: it is no number of a version")


class VersionsPageError(InvalidRequest):
    """Versions cannot be listed like that. reason: as in "a list of versions …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"a list of versions {reason}")


@dataclass(frozen=True, slots=True)
class ListVersions:
    """A page of a container's versions.

    before: of the marker's own name only those before this serial come; None: none of them.
    """

    page: ObjectPage
    before: int | None
    form: Format
    conditions: ReadConditions | None


def read_version_id(head: RequestHead, parameter: str = VERSION) -> int | None:
    """Return the version that a parameter names, None where it is absent.

    ``null``, which in Swift was there before there were versions, is none that there ever is.

    Raises: InvalidVersionIdError.
    """
    value = head.query.get(parameter)
    if value is None:
        return None
    if value == "null":
        return _NO_VERSION
    serial = whole_number(value, len(str(_LARGEST)))
    if serial is None or serial > _LARGEST:
        raise InvalidVersionIdError(parameter)
    return serial


def named_version(head: RequestHead, _: ObjectPath) -> int:
    """Return the version that a request is about. Raises: InvalidVersionIdError."""
    return read_version_id(head) or _NO_VERSION


def read_restoration(head: RequestHead, path: ObjectPath) -> Copy:
    """Return the copy that makes a version the current one. Raises: InvalidVersionIdError."""
    return Copy(
        source=path,
        destination=path,
        change=DetailsChange(),
        serial=named_version(head, path),
        conditions=write_conditions(head),
    )


def refuse_versions(head: RequestHead) -> None:
    """Refuse to change what is current for somebody who means a past version.

    Raises: VersionRefusedError.
    """
    refused = ("version",) if head.method in {"PUT", "DELETE"} else ("version", VERSION)
    for parameter in refused:
        if parameter in head.query:
            raise VersionRefusedError(parameter, head.method)


def wants_versions(head: RequestHead) -> bool:
    """Return whether a listing is to have all versions."""
    value = head.query.get("versions")
    return value is not None and (not value or is_true(value))


def read_versions(head: RequestHead, _: ContainerPath) -> ListVersions:
    """Return which versions are to be listed. Raises: VersionsPageError, InvalidVersionIdError."""
    page = read_objects_page(head)
    if page.reverse:
        raise VersionsPageError("has the order of names only")
    before = read_version_id(head, "version_marker") if head.query.get("version_marker") else None
    if before is not None and not page.marker:
        raise VersionsPageError("with version_marker needs a marker")
    return ListVersions(page, before, negotiate(head), read_conditions(head))
