"""``/api/schema`` and ``/api/docs``: what all protocols say of themselves."""

import re
from http import HTTPStatus
from typing import Final

from openapi.http.views import DocsView, SchemaView
from web.errors import UnknownEndpointError
from web.faults import headers_of, message_of, status_of
from web.protocols import Protocol, Route, anybody
from web.reply import Reply
from web.request_head import RequestHead

_PLAIN: Final = ("Content-Type", "text/plain; charset=UTF-8")


def _fault(error: Exception, head: RequestHead) -> Reply:
    unknown = isinstance(error, UnknownEndpointError)
    status = HTTPStatus.NOT_FOUND.value if unknown else status_of(error)
    body = b"" if head.method == "HEAD" else f"{message_of(error, head)}\n".encode()
    return Reply(status, [_PLAIN, *headers_of(error, status)], body)


PROTOCOL = Protocol(
    name="openapi",
    prefixes=frozenset({"api"}),
    routes=(
        Route(re.compile(r"/api/schema/?"), "schema", SchemaView()),
        Route(re.compile(r"/api/docs/?"), "docs", DocsView()),
    ),
    fault=_fault,
    needs_no_token=anybody,
)
