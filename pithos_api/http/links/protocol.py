"""The pages behind links, and what they lead to: contract/files.md, section b."""

import re

from pithos_api.http.links import faults
from pithos_api.http.links.views import LinkView
from web.protocols import Protocol, Route, anybody

PROTOCOL = Protocol(
    name="links",
    prefixes=frozenset({"s"}),
    routes=(Route(re.compile(r"/s/([^/]+)((?:/.*)?)", re.DOTALL), "link", LinkView()),),
    fault=faults.reply,
    needs_no_token=anybody,
    serves_content=True,
)
