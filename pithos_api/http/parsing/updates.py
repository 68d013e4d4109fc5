"""POST of an object: metadata, or bytes into a range (contract §2.4, §3.5)."""

import re

from pithos_api.http.parsing.conditions import write_conditions
from pithos_api.http.parsing.copies import named_account, named_path, read_source_version
from pithos_api.http.parsing.metadata import meta_headers
from pithos_api.http.parsing.sharing import share_change
from pithos_api.http.parsing.times import read_expiry
from pithos_api.values import DetailsChange, MetaLimit, ObjectPath
from pithos_api.values.requests import DataUpdate, MetadataUpdate, SourceObject, WriteTarget
from web.errors import InvalidHeaderError, InvalidRequest, RangeNotSatisfiable
from web.headers import decoded_header, header
from web.numbers import whole_number
from web.request_head import RequestHead

_RANGE = re.compile(r"bytes\s+(?:(\*)|([0-9]{1,18})-([0-9]{1,18})?)\s*/\s*(?:(\*)|([0-9]{1,18}))")


class MissingTargetError(InvalidRequest):
    """An update does not say which bytes it writes."""

    def __init__(self) -> None:
        super().__init__("Content-Range is needed: which bytes are to be written")


class InvalidTargetError(RangeNotSatisfiable):
    """An update names bytes that no object can have."""

    def __init__(self, value: str) -> None:
        super().__init__(f"Content-Range {value[:60]!r} is not a range that can be written")


def read_metadata_update(head: RequestHead, _: ObjectPath) -> MetadataUpdate:
    """Return what a POST says of an object; without ``update`` it replaces all that was said.

    Raises: InvalidRequest.
    """
    replace = "update" not in head.query
    change = details_change(head, replace=replace)
    nothing = not replace and change == DetailsChange(meta={})
    return MetadataUpdate(None if nothing else change, write_conditions(head), share_change(head))


def details_change(
    head: RequestHead, *, replace: bool, limit: MetaLimit | None = None
) -> DetailsChange:
    """Return what the headers say of an object, but for its type. limit: of its metadata.

    Raises: InvalidHeaderError.
    """
    return DetailsChange(
        content_encoding=header(head, "Content-Encoding"),
        content_disposition=header(head, "Content-Disposition"),
        manifest=decoded_header(head, "X-Object-Manifest"),
        expires=read_expiry(head),
        meta=meta_headers(head, "X-Object-Meta-", limit),
        replace=replace,
        limit=limit,
    )


def read_data_update(head: RequestHead, path: ObjectPath) -> DataUpdate:
    """Return what bytes a POST writes where.

    Raises: InvalidRequest, InvalidTargetError.
    """
    return DataUpdate(
        size=_size(head),
        source=_source(head),
        target=read_target(head),
        metadata=read_metadata_update(head, path),
    )


def _size(head: RequestHead) -> int | None:
    value = header(head, "X-Object-Bytes")
    if value is None:
        return None
    size = whole_number(value, 18)
    if size is None:
        raise InvalidHeaderError("X-Object-Bytes", "is not a number of bytes")
    return size


def _source(head: RequestHead) -> SourceObject | None:
    if header(head, "X-Source-Object") is None:
        return None
    return SourceObject(source_of(head), read_source_version(head))


def source_of(head: RequestHead) -> ObjectPath:
    """Return which object's bytes a POST writes. Raises: InvalidHeaderError, InvalidPathError."""
    value = header(head, "X-Source-Object") or ""
    return named_path(named_account(head, "X-Source-Account"), "X-Source-Object", value)


def read_target(head: RequestHead) -> WriteTarget:
    """Return which bytes ``Content-Range`` says are written.

    Raises: MissingTargetError; InvalidTargetError: 416 for whatever else is wrong with it.
    """
    value = head.fields.get("HTTP_CONTENT_RANGE")
    if value is None:
        raise MissingTargetError
    match = _RANGE.fullmatch(value.strip())
    if match is None:
        raise InvalidTargetError(value)
    append, first, last, any_total, total = match.groups()
    if append:
        if total is not None:
            raise InvalidTargetError(value)
        return WriteTarget(None)
    target = WriteTarget(
        start=int(first),
        stop=None if last is None else int(last) + 1,
        total=None if any_total else int(total),
    )
    if not target.is_possible():
        raise InvalidTargetError(value)
    return target
