"""What a signed URL is answered with: no more than a file needs."""

from urllib.parse import quote

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import http_date

from pithos_api.http.rendering.delivery import SANDBOX
from pithos_api.http.rendering.fields import PUBLIC_HEADERS
from pithos_api.values import ObjectState

Headers = list[tuple[str, str]]


def signed_headers(request: WSGIRequest, state: ObjectState, headers: Headers) -> Headers:
    """Return those of the object's headers that the bearer of a signed URL is told.

    ``filename`` names the file; ``inline`` shows it instead of saving it.
    """
    shown = [
        field
        for field in headers
        if field[0] in PUBLIC_HEADERS - {"Content-Disposition"}
        or field[0] in {"X-Timestamp", "X-Static-Large-Object"}
        or field[0].startswith("X-Object-Meta-Public-")
    ]
    shown.append(SANDBOX)
    shown.append(("Content-Disposition", _disposition(request, state)))
    expires = request.GET.get("temp_url_expires", "")
    return [*shown, ("Expires", http_date(int(expires)))] if expires.isdecimal() else shown


def _disposition(request: WSGIRequest, state: ObjectState) -> str:
    kept = state.version.details.content_disposition
    name = request.GET.get("filename")
    inline = "inline" in request.GET
    if name is None and kept is not None and not inline:
        return kept
    if name is None and inline:
        return "inline"
    file_name = name or state.path.name.rstrip("/").rpartition("/")[2]
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(file_name, safe='')}"
