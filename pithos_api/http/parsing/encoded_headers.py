"""Percent-encoded values of standard headers: clients of Pithos quote all that they send (§3.2)."""

import re
from urllib.parse import unquote

from web.errors import InvalidHeaderError
from web.headers import decoded, require_utf8
from web.request_head import RequestHead

# Set by our server where names came in UTF-8, and are percent-encoded now.
_ENCODED_NAMES = "server.encoded_names"

# What else is encoded, such as metadata and paths, its own parsers decode. Numbers never are.
_DECODED = {
    f"HTTP_{name.upper().replace('-', '_')}": name
    for name in (
        *("Range", "If-Range", "Content-Range", "ETag"),
        *("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"),
        "X-If-Delete-At",
    )
}
# Kept and given back as they came: ``filename*=UTF-8''…`` stays.
_CHECKED = {
    "HTTP_CONTENT_DISPOSITION": "Content-Disposition",
    "HTTP_CONTENT_ENCODING": "Content-Encoding",
}
_ANY = (*_DECODED, *_CHECKED)
# Names of media types have no ``%`` (RFC 6838 §4.2). Parameters may, and stay as they are.
_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+\s*(?:;[ -~]*)?", re.ASCII)


def with_decoded_headers(head: RequestHead) -> RequestHead:
    """Return the head with what is percent-encoded decoded once; itself where nothing is.

    Raises: InvalidHeaderError: a value is no percent-encoded UTF-8.
    """
    fields = head.fields
    if _ENCODED_NAMES in fields:
        raise InvalidHeaderError("*-Meta-*", "must percent-encode what is not ASCII in its name")
    if "%" not in fields.get("CONTENT_TYPE", "") and fields.keys().isdisjoint(_ANY):
        return head
    for key, name in _CHECKED.items():
        if "%" in fields.get(key, ""):
            require_utf8(name, fields[key])
    found = {
        key: decoded(name, fields[key])
        for key, name in _DECODED.items()
        if "%" in (value := fields.get(key, "")) or not value.isascii()
    }
    if "%" in fields.get("CONTENT_TYPE", ""):
        found["CONTENT_TYPE"] = _decoded_type(fields["CONTENT_TYPE"])
    return head._replace(fields={**fields, **found}) if found else head


def _decoded_type(value: str) -> str:
    """Return a type whose own name is encoded decoded, any other value as it is."""
    if "%" not in value.partition(";")[0]:
        return value
    text = unquote(value)
    return text if _TYPE.fullmatch(text) else value
