"""Encrypted blobs, as LEAP's clients store them."""

from blobs.http.faults import INCOMING, blob_fault
from blobs.http.routes import ROUTES
from web.protocols import Protocol
from web.request_head import RequestHead


def _is_incoming(head: RequestHead) -> bool:
    """Return whether a service asks, whose token is no user's."""
    return head.path.startswith(INCOMING)


PROTOCOL = Protocol(
    name="blobs",
    prefixes=frozenset({"blobs", "stream", "incoming"}),
    routes=ROUTES,
    fault=blob_fault,
    needs_no_token=_is_incoming,
    serves_content=True,
)
