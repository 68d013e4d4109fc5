"""COPY, and PUT with X-Copy-From, as Swift's clients mean them."""

from dataclasses import replace

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.body import open_body
from pithos_api.http.conditions import write_conditions
from pithos_api.http.headers import (
    InvalidHeaderError,
    decoded_header,
    header,
    share_change,
)
from pithos_api.http.inputs.copies import (
    named_path,
    read_details_change,
    read_source_version,
)
from pithos_api.http.inputs.listings import read_delimiter
from pithos_api.http.swift.inputs import META_LIMIT, is_true
from pithos_api.services.copies import Copy
from pithos_api.values import DetailsChange, ObjectPath


def read_copy(request: WSGIRequest, source: ObjectPath) -> Copy:
    """Return what COPY of ``source`` asks for; conditions are on the source.

    Raises: InvalidRequest.
    """
    value = header(request, "Destination")
    if value is None:
        raise InvalidHeaderError("Destination", "is needed")
    account = _account(request, "Destination-Account", source.account)
    return Copy(
        source=source,
        destination=named_path(account, "Destination", value),
        change=_change(request),
        serial=read_source_version(request),
        source_conditions=write_conditions(request),
        share=share_change(request),
        delimiter=read_delimiter(request),
    )


def read_copy_into(request: WSGIRequest, destination: ObjectPath) -> Copy | None:
    """Return what PUT of ``destination`` copies there, None if it brings a body.

    Raises: as ``read_copy``; NoLengthError: it does not say that its body is empty.
    """
    value = header(request, "X-Copy-From")
    if value is None:
        return None
    open_body(request)  # asked for its length only; a body brings nothing to a copy
    account = _account(request, "X-Copy-From-Account", destination.account)
    if header(request, "X-Source-Account") is not None:  # Pithos' name for it
        account = _account(request, "X-Source-Account", account)
    source = named_path(account, "X-Copy-From", value)
    return Copy(
        source=source,
        destination=destination,
        change=_change(request),
        serial=read_source_version(request),
        conditions=write_conditions(request),
        share=share_change(request),
        delimiter=read_delimiter(request),
    )


def _account(request: WSGIRequest, name: str, default: str) -> str:
    """Return the account that a header names, with AUTH_ or without."""
    account = decoded_header(request, name)
    return account.removeprefix("AUTH_").lower() if account else default


def _change(request: WSGIRequest) -> DetailsChange:
    fresh = is_true(header(request, "X-Fresh-Metadata"))
    return replace(read_details_change(request), replace=fresh, limit=META_LIMIT)
