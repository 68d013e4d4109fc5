"""Swift's dialect of the object API: contract/swift.md."""

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.swift.authentication import is_signed
from pithos_api.http.swift.rendering import faults
from pithos_api.http.swift.routes import ROUTES
from pithos_api.http.swift.views.form_post import is_form
from web.protocols import Protocol


def _needs_no_token(request: WSGIRequest) -> bool:
    """Return whether a signature stands for the token, or the request is about no account."""
    return request.path_info.startswith("/info") or is_signed(request) or is_form(request)


PROTOCOL = Protocol(
    name="swift",
    prefixes=frozenset({"v1", "v1.0", "info"}),
    routes=ROUTES,
    fault=faults.reply,
    needs_no_token=_needs_no_token,
    serves_content=True,
)
