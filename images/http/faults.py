"""Errors as clients of Compute and Plankton read them (contract b1)."""

from typing import Final

import orjson
from django.conf import settings

from web.faults import NAMES, headers_of, message_of, status_of
from web.json_values import JSONObject, JSONValue
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.request_head import RequestHead

# What Compute calls otherwise than the store does.
_COMPUTE_NAMES: Final = {
    **NAMES,
    405: "badMethod",
    409: "buildInProgress",
    413: "overLimit",
    415: "badMediaType",
}


def fault_name(status: int) -> str:
    """Return what Compute calls an error of this status."""
    return _COMPUTE_NAMES[status]


def fault_fields(error: Exception, head: RequestHead, status: int) -> JSONObject:
    """Return what a fault says; details are for those who look for bugs."""
    fields: dict[str, JSONValue] = {"code": status, "message": message_of(error, head)}
    if settings.DEBUG:
        fields["details"] = repr(error)
    return fields


def json_fault(error: Exception, head: RequestHead) -> Reply:
    """Return a fault in JSON."""
    status = status_of(error)
    body = orjson.dumps({fault_name(status): fault_fields(error, head, status)})
    headers = [("Content-Type", CONTENT_TYPES[Format.JSON]), *headers_of(error, status)]
    return Reply(status, headers, b"" if head.method == "HEAD" else body)
