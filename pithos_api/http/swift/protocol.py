"""Swift's dialect of the object API: contract/swift.md."""

from pithos_api.http.swift.parsing.signed import is_form, is_signed
from pithos_api.http.swift.rendering import faults
from pithos_api.http.swift.routes import ROUTES
from web.protocols import Protocol
from web.request_head import RequestHead


def _needs_no_token(head: RequestHead) -> bool:
    """Return whether a signature stands for the token, or the request is about no account."""
    return head.path.startswith("/info") or is_signed(head) or is_form(head)


PROTOCOL = Protocol(
    name="swift",
    prefixes=frozenset({"v1", "v1.0", "info"}),
    routes=ROUTES,
    fault=faults.reply,
    needs_no_token=_needs_no_token,
    serves_content=True,
)
