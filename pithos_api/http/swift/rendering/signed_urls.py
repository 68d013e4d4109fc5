"""What a signed URL is answered with: no more than a file needs."""

from django.utils.http import http_date

from pithos_api.http.rendering.delivery import SANDBOX
from pithos_api.http.rendering.fields import PUBLIC_HEADERS
from pithos_api.http.swift.parsing.signed import SignedRead
from pithos_api.values import LATEST_EXPIRY, ObjectState
from web.fields.encoding import utf8
from web.headers import disposition, file_name

Headers = list[tuple[str, str]]


def signed_headers(signed: SignedRead, state: ObjectState, headers: Headers) -> Headers:
    """Return those of the object's headers that the bearer of a signed URL is told."""
    shown = [
        field
        for field in headers
        if field[0] in PUBLIC_HEADERS - {"Content-Disposition"}
        or field[0] in {"X-Timestamp", "X-Static-Large-Object"}
        or field[0].startswith("X-Object-Meta-Public-")
    ]
    shown.append(SANDBOX)
    shown.append(("Content-Disposition", _disposition(signed, state)))
    if signed.expires is not None:
        shown.append(("Expires", http_date(min(signed.expires, LATEST_EXPIRY))))
    return shown


def _disposition(signed: SignedRead, state: ObjectState) -> str:
    kept = state.version.details.content_disposition
    name, inline = signed.file_name, signed.inline
    if name is None and kept is not None and not inline:
        return utf8(kept)
    if name is None and inline:
        return "inline"
    kind = "inline" if inline else "attachment"
    return disposition(kind, name or file_name(state.path.name))
