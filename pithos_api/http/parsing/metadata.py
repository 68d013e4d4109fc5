"""Metadata and policies that a request's headers set (contract §3.2)."""

from pithos_api.values import MetaChange, PolicyChange
from web.errors import InvalidHeaderError
from web.headers import canonical_key, decoded, prefixed_headers
from web.names import lowered
from web.request_head import RequestHead

# Of one request; Swift's clients know these numbers too.
MAX_META_HEADERS = 90


MAX_META_NAME = 114


MAX_META_VALUE = 256


def meta_headers(head: RequestHead, prefix: str) -> dict[str, str]:
    """Return the metadata whose header names begin with ``prefix``, by canonical key.

    Raises: InvalidHeaderError: a name or value is malformed or too long, or there are too many.
    """
    found = {
        _checked_key(name): _value(f"{prefix}{name}", value)
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


def _checked_key(name: str) -> str:
    if not name or len(name) > MAX_META_NAME:
        raise InvalidHeaderError(
            f"*-Meta-{name[:20]}", f"must have a name of 1 to {MAX_META_NAME} characters"
        )
    return canonical_key(name)


def _value(name: str, value: str) -> str:
    if value == "~":  # how an old web client says "empty"
        return ""
    text = decoded(name, value)
    if len(text) > MAX_META_VALUE:
        raise InvalidHeaderError(name, f"is longer than {MAX_META_VALUE} characters")
    return text
