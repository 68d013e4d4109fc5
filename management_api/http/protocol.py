"""The management API: resources in JSON (contract resources b)."""

from management_api.http.rendering import resource_fault
from management_api.http.routes import ROUTES
from web.json_values import JSONObject
from web.protocols import Protocol


def _describe() -> JSONObject:
    # What it needs would cost each start of the server a fifth of a second.
    from management_api.http.describing import paths

    return paths()


PROTOCOL = Protocol(
    name="management",
    prefixes=frozenset({"api"}),
    routes=ROUTES,
    fault=resource_fault,
    describe=_describe,
)
