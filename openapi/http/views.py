"""The document, and the page that shows it: for everybody, since it names nobody."""

from typing import Final

from django.core.handlers.wsgi import WSGIRequest
from django.template.loader import render_to_string

from openapi.document import as_json, etag
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.views import View

_JSON: Final = ("Content-Type", CONTENT_TYPES[Format.JSON])
_HTML: Final = ("Content-Type", "text/html; charset=UTF-8")
# The page's scripts make styles and pictures of their own, and ask this server alone.
_POLICY: Final = (
    "Content-Security-Policy",
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
)


class SchemaView(View):
    """``/api/schema``."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 with the document in JSON, 304."""
        body = as_json()
        tag = ("ETag", etag())
        if request.META.get("HTTP_IF_NONE_MATCH") == tag[1]:
            return Reply(304, [tag])
        headers = [_JSON, tag, ("Content-Length", str(len(body)))]
        return Reply(200, headers, b"" if request.method == "HEAD" else body)

    head = get


class DocsView(View):
    """``/api/docs``."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 with the page."""
        body = render_to_string("openapi/docs.html").encode()
        headers = [_HTML, _POLICY, ("Content-Length", str(len(body)))]
        return Reply(200, headers, b"" if request.method == "HEAD" else body)

    head = get
