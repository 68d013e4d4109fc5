"""Which form a reply takes (contract §3.1)."""

from enum import Enum

from django.core.handlers.wsgi import WSGIRequest


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


def negotiate(request: WSGIRequest) -> Format:
    """Return the form that ``format`` or else ``Accept``, in its order, asks for; else text."""
    return asked_format(request) or Format.TEXT


def asked_format(request: WSGIRequest) -> Format | None:
    """Return the form that the request asks for, None if it leaves that open."""
    if request.META["QUERY_STRING"]:
        named = _BY_PARAMETER.get(request.GET.get("format", ""))
        if named is not None:
            return named
    for item in request.META.get("HTTP_ACCEPT", "").split(","):
        accepted = _BY_MEDIA_TYPE.get(item.partition(";")[0].strip().lower())
        if accepted is not None:
            return accepted
    return None
