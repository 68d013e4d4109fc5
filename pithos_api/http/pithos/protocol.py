"""The Pithos dialect of the object API: contract/oos.md."""

from pithos_api.http.authentication import is_anonymous
from pithos_api.http.pithos.rendering import faults
from pithos_api.http.pithos.routes import ROUTES
from web.protocols import Protocol
from web.request_head import RequestHead


def _logs_in(head: RequestHead) -> bool:
    """Return whether the request is one for a token: at the top, without any."""
    return head.path.strip("/").count("/") == 0 and is_anonymous(head)


PROTOCOL = Protocol(
    name="pithos",
    prefixes=frozenset({"v1", "v1.0"}),
    routes=ROUTES,
    fault=faults.reply,
    needs_no_token=_logs_in,
    serves_content=True,
)
