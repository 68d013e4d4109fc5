"""POST of an object: metadata, or bytes into a range (contract §2.4, §3.5)."""

import re

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest, RangeNotSatisfiable
from pithos_api.http.body import open_body
from pithos_api.http.conditions import write_conditions
from pithos_api.http.headers import (
    InvalidHeaderError,
    decoded_header,
    header,
    meta_headers,
    share_change,
)
from pithos_api.http.inputs.copies import named_account, named_path, read_source_version
from pithos_api.http.inputs.times import read_expiry
from pithos_api.services.splicing import Target
from pithos_api.services.updates import DataUpdate, MetadataUpdate, SourceObject
from pithos_api.values import DetailsChange

_RANGE = re.compile(r"bytes\s+(?:(\*)|([0-9]{1,18})-([0-9]{1,18})?)\s*/\s*(?:(\*)|([0-9]{1,18}))")


class MissingTargetError(InvalidRequest):
    def __init__(self) -> None:
        super().__init__("Content-Range is needed: which bytes are to be written")


class InvalidTargetError(RangeNotSatisfiable):
    def __init__(self, value: str) -> None:
        super().__init__(f"Content-Range {value[:60]!r} is not a range that can be written")


def read_metadata_update(request: WSGIRequest) -> MetadataUpdate:
    """Return what a POST says of an object; without ``update`` it replaces all that was said.

    Raises: InvalidRequest.
    """
    replace = "update" not in request.GET
    change = details_change(request, replace=replace)
    nothing = not replace and change == DetailsChange(meta={})
    return MetadataUpdate(
        None if nothing else change, write_conditions(request), share_change(request)
    )


def details_change(request: WSGIRequest, *, replace: bool) -> DetailsChange:
    """Return what the headers say of an object, but for its type.

    Raises: InvalidHeaderError.
    """
    return DetailsChange(
        content_encoding=header(request, "Content-Encoding"),
        content_disposition=header(request, "Content-Disposition"),
        manifest=decoded_header(request, "X-Object-Manifest"),
        expires=read_expiry(request),
        meta=meta_headers(request, "X-Object-Meta-"),
        replace=replace,
    )


def read_data_update(request: WSGIRequest) -> DataUpdate:
    """Return what bytes a POST writes where.

    Raises: InvalidRequest, NoLengthError, InvalidTargetError.
    """
    size = header(request, "X-Object-Bytes")
    if size is not None and not (size.isdecimal() and len(size) < 19):
        raise InvalidHeaderError("X-Object-Bytes", "is not a number of bytes")
    source = _source(request)
    return DataUpdate(
        target=read_target(request),
        data=open_body(request) if source is None else source,
        size=None if size is None else int(size),
        metadata=read_metadata_update(request),
    )


def _source(request: WSGIRequest) -> SourceObject | None:
    value = header(request, "X-Source-Object")
    if value is None:
        return None
    path = named_path(named_account(request, "X-Source-Account"), "X-Source-Object", value)
    return SourceObject(path, read_source_version(request))


def read_target(request: WSGIRequest) -> Target:
    """Return which bytes ``Content-Range`` says are written.

    Raises: MissingTargetError; InvalidTargetError: 416 for whatever else is wrong with it.
    """
    value = header(request, "Content-Range")
    if value is None:
        raise MissingTargetError
    match = _RANGE.fullmatch(value.strip())
    if match is None:
        raise InvalidTargetError(value)
    append, first, last, any_total, total = match.groups()
    if append:
        if total is not None:
            raise InvalidTargetError(value)
        return Target(None)
    target = Target(
        start=int(first),
        stop=None if last is None else int(last) + 1,
        total=None if any_total else int(total),
    )
    if not target.is_possible():
        raise InvalidTargetError(value)
    return target
