"""How objects are handed to browsers: what users stored must never act for the store."""

from urllib.parse import quote

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.rendering.fields import object_headers
from pithos_api.values import ObjectState

# Types that a browser would run, on the store's own origin.
ACTIVE_TYPES = frozenset(
    {
        "application/javascript",
        "application/pdf",
        "application/xhtml+xml",
        "application/xml",
        "image/svg+xml",
        "text/html",
        "text/javascript",
        "text/xml",
    }
)

SANDBOX = ("Content-Security-Policy", "sandbox; default-src 'none'")


def with_safe_delivery(request: WSGIRequest, state: ObjectState) -> list[tuple[str, str]]:
    """Return the object's headers, with those that keep its content from acting."""
    headers = [*object_headers(state), SANDBOX]
    wanted = request.GET.get("disposition-type") if request.META["QUERY_STRING"] else None
    details = state.version.details
    if wanted in {"inline", "attachment"}:
        headers = [field for field in headers if field[0] != "Content-Disposition"]
        headers.append(("Content-Disposition", disposition(wanted, state.path.name)))
    elif details.content_disposition is None and _is_active(details.content_type):
        headers.append(("Content-Disposition", disposition("attachment", state.path.name)))
    return headers


def _is_active(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in ACTIVE_TYPES


def disposition(kind: str, name: str) -> str:
    """Return a Content-Disposition with the last part of ``name`` as file name (RFC 6266)."""
    file_name = name.rstrip("/").rpartition("/")[2]
    return f"{kind}; filename*=UTF-8''{quote(file_name, safe='')}"
