"""Metadata and policies that a request's headers set (contract §3.2)."""

from pithos_api.values import MetaChange, MetaLimit, PolicyChange
from web.errors import InvalidHeaderError
from web.headers import canonical_key, decoded, prefixed_headers
from web.names import lowered
from web.request_head import RequestHead

# Of one request; Swift's clients know these numbers too.
MAX_META_HEADERS = 90


MAX_META_NAME = 114


MAX_META_VALUE = 256


def meta_headers(head: RequestHead, prefix: str, limit: MetaLimit | None = None) -> dict[str, str]:
    """Return the metadata whose header names begin with ``prefix``, by canonical key.

    limit: of a name's and a value's bytes; None is MAX_META_NAME and MAX_META_VALUE characters.

    Raises: InvalidHeaderError: a name or value is malformed or too long, or there are too many.
    """
    found = {
        _checked_key(name, limit): _value(f"{prefix}{name}", value, limit)
        for name, value in prefixed_headers(head, prefix)
    }
    if len(found) > MAX_META_HEADERS:
        raise InvalidHeaderError(f"{prefix}*", f"comes more than {MAX_META_HEADERS} times")
    return found


def meta_change(head: RequestHead, prefix: str, *, replace: bool) -> MetaChange:
    """Return what the request's metadata headers ask for.

    Raises: InvalidHeaderError.
    """
    return MetaChange(meta_headers(head, prefix), replace)


def policy_change(head: RequestHead, *, reset: bool) -> PolicyChange:
    """Return what the request's ``X-Container-Policy-*`` headers ask for.

    Raises: InvalidHeaderError.
    """
    prefix = "X-Container-Policy-"
    values = {
        lowered(name): lowered(decoded(f"{prefix}{name}", value).strip())
        for name, value in prefixed_headers(head, prefix)
    }
    return PolicyChange(values, reset)


def _checked_key(name: str, limit: MetaLimit | None) -> str:
    most = MAX_META_NAME if limit is None else limit.name
    if not name or _size(name, limit) > most:
        raise InvalidHeaderError(
            f"*-Meta-{name[:20]}", f"must have a name of 1 to {most} {_units(limit)}"
        )
    return canonical_key(name)


def _size(text: str, limit: MetaLimit | None) -> int:
    return len(text) if limit is None else len(text.encode())


def _units(limit: MetaLimit | None) -> str:
    return "characters" if limit is None else "bytes"


def _value(name: str, value: str, limit: MetaLimit | None) -> str:
    if value == "~":  # how an old web client says "empty"
        return ""
    text = decoded(name, value)
    most = MAX_META_VALUE if limit is None else limit.value
    if _size(text, limit) > most:
        raise InvalidHeaderError(name, f"is longer than {most} {_units(limit)}")
    return text
