"""Which form a reply takes (contract §3.1)."""

from enum import Enum
from urllib.parse import unquote

from web.request_head import RequestHead


class Format(Enum):
    """The three forms of a reply."""

    TEXT = "text"
    JSON = "json"
    XML = "xml"


CONTENT_TYPES = {
    Format.TEXT: "text/plain; charset=UTF-8",
    Format.JSON: "application/json; charset=UTF-8",
    Format.XML: "application/xml; charset=UTF-8",
}

_BY_PARAMETER = {"json": Format.JSON, "xml": Format.XML}
_BY_MEDIA_TYPE = {
    "application/json": Format.JSON,
    "application/xml": Format.XML,
    "text/xml": Format.XML,
}


def negotiate(head: RequestHead) -> Format:
    """Return the form that ``format`` or else ``Accept``, in its order, asks for; else text."""
    return asked_format(head) or Format.TEXT


def asked_format(head: RequestHead) -> Format | None:
    """Return the form that the request asks for, None if it leaves that open."""
    if head.query:
        named = _BY_PARAMETER.get(head.query.get("format", ""))
        if named is not None:
            return named
    accept = head.fields.get("HTTP_ACCEPT", "")
    if "%" in accept:  # no media type has one (RFC 6838 §4.2), so the client has quoted all of it
        accept = unquote(accept)
    for item in accept.split(","):
        accepted = _BY_MEDIA_TYPE.get(item.partition(";")[0].strip().lower())
        if accepted is not None:
            return accepted
    return None
