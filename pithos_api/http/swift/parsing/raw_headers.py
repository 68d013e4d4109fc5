"""Headers as Swift's clients send them: UTF-8 as it is, and metadata that is kept as it came."""

from urllib.parse import quote

from web.errors import InvalidHeaderError
from web.fields.encoding import encoded
from web.request_head import RequestHead

_READING = frozenset({"GET", "HEAD"})

# What users say in headers. Nobody minds what others have.
_OURS = (
    *("HTTP_X_ACCOUNT_", "HTTP_X_CONTAINER_", "HTTP_X_OBJECT_"),
    *("HTTP_X_COPY_", "HTTP_X_MOVE_", "HTTP_X_SOURCE_", "HTTP_DESTINATION"),
    "HTTP_X_SYMLINK_",
)
_META = ("HTTP_X_ACCOUNT_META_", "HTTP_X_CONTAINER_META_", "HTTP_X_OBJECT_META_")
# Stored as they are.
_KEPT = frozenset({"CONTENT_TYPE", "HTTP_CONTENT_DISPOSITION", "HTTP_CONTENT_ENCODING"})
_ASCII = "".join(map(chr, range(0x80)))


def with_raw_headers(head: RequestHead) -> RequestHead:
    """Return the head as parsers read it that both dialects share; itself if that is the same.

    They decode what is percent-encoded once. So what is UTF-8 is percent-encoded here, and of
    metadata also each ``%``: what a client of Swift percent-encodes stays so.

    Raises: InvalidHeaderError: a value is not UTF-8.
    """
    if head.method in _READING:
        return head
    found = {
        key: read
        for key, value in head.fields.items()
        if (key in _KEPT or key.startswith(_OURS)) and (read := _read(key, value)) != value
    }
    return head._replace(fields={**head.fields, **found}, raw=True) if found else head


def _read(key: str, value: str) -> str:
    if value.isascii():
        return _literal(value) if key.startswith(_META) else value
    try:
        text = value.encode("latin-1").decode()
    except UnicodeDecodeError as error:
        name = key.removeprefix("HTTP_").replace("_", "-").title()
        raise InvalidHeaderError(name, "is not UTF-8") from error
    if key in _KEPT:
        return text
    return encoded(text) if key.startswith(_META) else quote(text, safe=_ASCII)


def _literal(value: str) -> str:
    """Return a value of metadata as what is read as just that; ``~`` is nothing, in Pithos."""
    return "%7E" if value == "~" else encoded(value)
