"""Pages behind links: HTML without scripts, in the language that the browser asks for."""

from typing import Any, Final

from django.http import HttpRequest, parse_cookie
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_from_request

from accounts.http.pages import policy
from web.reply import Reply
from web.request_head import RequestHead

# Keys are for those who were given them, not for search engines.
UNLISTED: Final = ("X-Robots-Tag", "noindex")


def page(head: RequestHead, status: int, template: str, found: dict[str, Any]) -> Reply:
    """Return a page. found: what the template shows."""
    with translation.override(_language(head)):
        body = render_to_string(f"link/{template}.html", found).encode()
        language = translation.get_language() or "en"
    headers = [
        ("Content-Type", "text/html; charset=UTF-8"),
        ("Content-Language", language),
        (policy.HEADER, policy.for_path(head.path)),
        UNLISTED,
    ]
    if head.method == "HEAD":
        return Reply(status, [*headers, ("Content-Length", str(len(body)))])
    return Reply(status, headers, body)


def wants_html(head: RequestHead) -> bool:
    """Return whether it is a browser that asks."""
    return "text/html" in head.fields.get("HTTP_ACCEPT", "")


def _language(head: RequestHead) -> str:
    request = HttpRequest()
    request.META = head.fields
    request.COOKIES = parse_cookie(head.fields.get("HTTP_COOKIE", ""))
    return get_language_from_request(request)
