"""Header fields of the contract (§3.2), read and written."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from web.errors import InvalidHeaderError
from web.fields.encoding import encoded, encoded_name
from web.names import FORBIDDEN, capitalized
from web.request_head import RequestHead


def header(head: RequestHead, name: str) -> str | None:
    """Return a header as it was sent, None if it was not.

    Raises: InvalidHeaderError: it is not printable ASCII, nor text beyond it that may be there.
    """
    value: str | None = head.fields.get(_key(name))
    return None if value is None else checked(head, name, value)


def checked(head: RequestHead, name: str, value: str) -> str:
    """Return a header's value. Raises: InvalidHeaderError: as ``header``."""
    if value.isascii():
        if value.isprintable():
            return value
    elif head.raw and FORBIDDEN.isdisjoint(value):
        return value
    raise InvalidHeaderError(name, "has characters other than printable ASCII")


def decoded_header(head: RequestHead, name: str) -> str | None:
    """Return a header with percent-encoded UTF-8 decoded once, None if it was not sent.

    Raises: InvalidHeaderError.
    """
    value = header(head, name)
    return None if value is None else decoded(name, value)


def header_names(head: RequestHead, prefix: str) -> list[str]:
    """Return what follows ``prefix`` in the names of headers that begin with it, decoded.

    Raises: InvalidHeaderError.
    """
    return [name for name, _ in prefixed_headers(head, prefix)]


def prefixed_headers(head: RequestHead, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield decoded name, behind the prefix and with dashes, and raw value."""
    key = _key(prefix)
    for name, value in head.fields.items():
        if name.startswith(key):
            yield decoded(prefix, name[len(key) :].replace("_", "-")), value


@lru_cache(maxsize=256)  # names that parsers look for: there are few
def _key(name: str) -> str:
    return f"HTTP_{name.upper().replace('-', '_')}"


def canonical_key(name: str) -> str:
    """Return ``some_KEY`` as ``Some-Key``; letters beyond ASCII stay (contract §3.2)."""
    return "-".join(capitalized(piece) for piece in name.replace("_", "-").split("-"))


def require_utf8(name: str, value: str) -> str:
    """Return a value with percent-encoded UTF-8 decoded once.

    Raises: InvalidHeaderError: it decodes to something else.
    """
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError as error:
        raise InvalidHeaderError(name, "is not percent-encoded UTF-8") from error


def decoded(name: str, value: str) -> str:
    if not value.isascii():
        raise InvalidHeaderError(name, "must percent-encode what is not ASCII")
    if "%" in value:
        value = require_utf8(name, value)
    if not FORBIDDEN.isdisjoint(value):
        raise InvalidHeaderError(name, "has a control character")
    return value


def meta_fields(prefix: str, meta: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield reply headers for user metadata."""
    for key, value in meta.items():
        yield encoded_name(prefix + key), encoded(value)


def disposition(kind: str, name: str) -> str:
    """Return a Content-Disposition that names the file ``name`` (RFC 6266).

    kind: inline or attachment.
    """
    return f"{kind}; filename*=UTF-8''{quote(name, safe='')}"


def file_name(name: str) -> str:
    """Return the last part of an object's name."""
    return name.rstrip("/").rpartition("/")[2]
