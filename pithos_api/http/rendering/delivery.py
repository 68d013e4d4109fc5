"""How objects are handed to browsers: what users stored must never act for the store."""

from pithos_api.http.rendering.fields import PUBLIC_HEADERS, object_headers
from pithos_api.values import ObjectState
from web.headers import disposition, file_name
from web.views import Origin, nowhere

Fields = list[tuple[str, str]]

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


def with_safe_delivery(state: ObjectState, kind: str | None, origin: Origin) -> Fields:
    """Return the object's headers, with those that keep its content from acting.

    kind: the disposition that the request asks for. origin: as of ``public_url``.
    """
    headers = [*object_headers(state, origin), SANDBOX]
    details = state.version.details
    if kind is not None:
        return _disposed(headers, kind, state)
    if details.content_disposition is None and _is_active(details.content_type):
        return _disposed(headers, "attachment", state)
    return headers


def with_public_delivery(state: ObjectState, kind: str | None) -> Fields:
    """Return what anybody is told of a published object, which is saved unless it says else."""
    headers = [field for field in object_headers(state, nowhere) if field[0] in PUBLIC_HEADERS]
    if kind is not None or state.version.details.content_disposition is None:
        headers = _disposed(headers, kind or "attachment", state)
    return [*headers, SANDBOX]


def _disposed(headers: Fields, kind: str, state: ObjectState) -> Fields:
    kept = [field for field in headers if field[0] != "Content-Disposition"]
    value = disposition(kind, file_name(state.path.name))
    return [*kept, ("Content-Disposition", value)]


def _is_active(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in ACTIVE_TYPES
