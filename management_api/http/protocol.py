"""The management API: resources in JSON (contract resources b)."""

from management_api.http.rendering import resource_fault
from management_api.http.routes import ROUTES
from web.protocols import Protocol

PROTOCOL = Protocol(
    name="management",
    prefixes=frozenset({"api"}),
    routes=ROUTES,
    fault=resource_fault,
)
