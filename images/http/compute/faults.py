"""Errors as Compute's clients read them, in JSON and XML (contract b1)."""

import orjson
from django.template.loader import render_to_string

from images.errors import NotImageOwnerError
from images.http.compute.parsing import FIRST, wanted_format
from images.http.faults import fault_fields, fault_name, json_fault
from web.errors import MethodNotAllowed
from web.faults import headers_of, status_of
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.request_head import RequestHead


def compute_fault(error: Exception, head: RequestHead) -> Reply:
    """Return a fault. Version 1.1 has statuses of its own for some, and XML."""
    if not head.path.startswith(FIRST):
        return json_fault(error, head)
    status = _status(error)
    name, fields = fault_name(status), fault_fields(error, head, status)
    form = wanted_format(head)
    if form is Format.XML:
        body = render_to_string("compute/fault.xml", {"name": name, "fault": fields}).encode()
    else:
        form, body = Format.JSON, orjson.dumps({name: fields})
    headers = [("Content-Type", CONTENT_TYPES[form]), *headers_of(error, status)]
    return Reply(status, headers, b"" if head.method == "HEAD" else body)


def _status(error: Exception) -> int:
    """Return the status of an error in version 1.1: who is not the owner is unauthorized."""
    if isinstance(error, MethodNotAllowed):
        return 400
    if isinstance(error, NotImageOwnerError):
        return 401
    return status_of(error)
