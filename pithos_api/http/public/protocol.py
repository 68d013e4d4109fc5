"""Published objects, for anybody (contract §2.6)."""

import re

from pithos_api.http.public import faults
from pithos_api.http.public.views import PublicView
from web.protocols import Protocol, Route, anybody

PROTOCOL = Protocol(
    name="public",
    prefixes=frozenset({"public"}),
    routes=(Route(re.compile(r"/public/([^/]+)"), "public", PublicView()),),
    fault=faults.reply,
    needs_no_token=anybody,
    serves_content=True,
)
