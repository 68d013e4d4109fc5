"""The Pithos dialect of the object API: contract/oos.md."""

from pithos_api.http.pithos.authentication import is_signed
from pithos_api.http.pithos.rendering import faults
from pithos_api.http.pithos.routes import ROUTES
from web.protocols import Protocol

PROTOCOL = Protocol(
    name="pithos",
    prefixes=frozenset({"v1", "v1.0"}),
    routes=ROUTES,
    fault=faults.reply,
    needs_no_token=is_signed,
    serves_content=True,
)
