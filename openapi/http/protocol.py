"""``/api/schema`` and ``/api/docs``: what all protocols say of themselves."""

import re

from openapi.http.views import DocsView, SchemaView
from web.faults import text_reply
from web.protocols import Protocol, Route, anybody

PROTOCOL = Protocol(
    name="openapi",
    prefixes=frozenset({"api"}),
    routes=(
        Route(re.compile(r"/api/schema/?"), "schema", SchemaView()),
        Route(re.compile(r"/api/docs/?"), "docs", DocsView()),
    ),
    fault=text_reply,
    needs_no_token=anybody,
)
