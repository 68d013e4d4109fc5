"""Header fields of the contract (§3.2), read and written."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest
from pithos_api.http.names import FORBIDDEN
from pithos_api.services.account import GroupChange
from pithos_api.values import (
    MAX_LIST,
    MetaChange,
    PolicyChange,
    ShareChange,
    encoded,
    encoded_name,
    size_of_list,
)

# Of one request; Swift's clients know these numbers too.
MAX_META_HEADERS = 90
MAX_META_NAME = 114
MAX_META_VALUE = 256
MAX_MEMBER = 256

GROUP = "X-Account-Group-"


class InvalidHeaderError(InvalidRequest):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"the header {name} {reason}")


def header(request: WSGIRequest, name: str) -> str | None:
    """Return a header as it was sent, None if it was not.

    Raises: InvalidHeaderError: it is not printable ASCII.
    """
    value: str | None = request.META.get(_key(name))
    if value is not None and not (value.isascii() and value.isprintable()):
        raise InvalidHeaderError(name, "has characters other than printable ASCII")
    return value


def decoded_header(request: WSGIRequest, name: str) -> str | None:
    """Return a header with percent-encoded UTF-8 decoded once, None if it was not sent.

    Raises: InvalidHeaderError.
    """
    value = header(request, name)
    return None if value is None else _decoded(name, value)


def meta_headers(request: WSGIRequest, prefix: str) -> dict[str, str]:
    """Return the metadata whose header names begin with ``prefix``, by canonical key.

    Raises: InvalidHeaderError: a name or value is malformed or too long, or there are too many.
    """
    found = {
        _canonical(name): _meta_value(f"{prefix}{name}", value)
        for name, value in _prefixed(request, prefix)
    }
    if len(found) > MAX_META_HEADERS:
        raise InvalidHeaderError(f"{prefix}*", f"comes more than {MAX_META_HEADERS} times")
    return found


def meta_change(request: WSGIRequest, prefix: str, *, replace: bool) -> MetaChange:
    """Return what the request's metadata headers ask for.

    Raises: InvalidHeaderError.
    """
    return MetaChange(meta_headers(request, prefix), replace)


def policy_change(request: WSGIRequest, *, reset: bool) -> PolicyChange:
    """Return what the request's ``X-Container-Policy-*`` headers ask for.

    Raises: InvalidHeaderError.
    """
    prefix = "X-Container-Policy-"
    values = {
        name.lower(): _decoded(f"{prefix}{name}", value).strip().lower()
        for name, value in _prefixed(request, prefix)
    }
    return PolicyChange(values, reset)


def share_change(request: WSGIRequest) -> ShareChange:
    """Return what ``X-Object-Sharing`` and ``X-Object-Public`` ask for.

    Raises: InvalidHeaderError.
    """
    sharing = decoded_header(request, "X-Object-Sharing")
    public = decoded_header(request, "X-Object-Public")
    readers, writers = (None, None) if sharing is None else parse_sharing(sharing)
    return ShareChange(readers, writers, None if public is None else _public(public))


def _public(value: str) -> bool:
    wanted = {"true": True, "false": False, "": False}.get(value.strip().lower())
    if wanted is None:
        raise InvalidHeaderError("X-Object-Public", "is true, false or empty")
    return wanted


def parse_sharing(value: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return readers and writers that ``read=a,b; write=c`` names; nobody for "".

    Raises: InvalidHeaderError: an unknown verb, an empty list, a member or a list too long.
    """
    lists: dict[str, set[str]] = {"read": set(), "write": set()}
    value = value.replace(" ", "").lower()
    for part in filter(None, value.split(";")):
        verb, _, names = part.partition("=")
        members = set(filter(None, names.split(",")))
        if verb not in lists or not members:
            raise InvalidHeaderError("X-Object-Sharing", "is like read=a,b; write=c")
        if any(len(member) > MAX_MEMBER for member in members):
            raise InvalidHeaderError("X-Object-Sharing", "has a member that is too long")
        lists[verb] |= members
    readers, writers = (
        {"*"} if "*" in names else names for names in (lists["read"], lists["write"])
    )
    readers -= writers - {"*"}
    if size_of_list(readers) + size_of_list(writers) > MAX_LIST:
        raise InvalidHeaderError(
            "X-Object-Sharing", f"takes more than {MAX_LIST} bytes, percent-encoded"
        )
    return tuple(sorted(readers)), tuple(sorted(writers))


def group_change(request: WSGIRequest, *, replace: bool) -> GroupChange:
    """Return what the request's ``X-Account-Group-*`` headers ask for.

    Raises: InvalidHeaderError: a name has a dash or is too long, or there are too many members.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for name, value in _prefixed(request, GROUP):
        if not name or not {"-", "_"}.isdisjoint(name) or len(name) > MAX_MEMBER:
            raise InvalidHeaderError(f"{GROUP}{name[:20]}", "is no name for a group")
        names = _decoded(f"{GROUP}{name}", value).replace(" ", "").lower().split(",")
        members = tuple(dict.fromkeys(filter(None, names)))
        if len(members) > settings.PITHOS_MAX_GROUP_MEMBERS:
            raise InvalidHeaderError(f"{GROUP}{name}", "names too many members")
        if any(len(member) > MAX_MEMBER for member in members):
            raise InvalidHeaderError(f"{GROUP}{name}", "has a member that is too long")
        groups[name.lower()] = members
    return GroupChange(groups, replace)


def header_names(request: WSGIRequest, prefix: str) -> list[str]:
    """Return what follows ``prefix`` in the names of headers that begin with it, decoded.

    Raises: InvalidHeaderError.
    """
    return [name for name, _ in _prefixed(request, prefix)]


def _prefixed(request: WSGIRequest, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield decoded name, behind the prefix and with dashes, and raw value."""
    key = _key(prefix)
    for name, value in request.META.items():
        if name.startswith(key):
            yield _decoded(prefix, name[len(key) :].replace("_", "-")), value


def _key(name: str) -> str:
    return f"HTTP_{name.upper().replace('-', '_')}"


def canonical_key(name: str) -> str:
    """Return ``some_KEY`` as ``Some-Key`` (contract §3.2)."""
    return "-".join(piece.capitalize() for piece in name.replace("_", "-").split("-"))


def _canonical(name: str) -> str:
    if not name or len(name) > MAX_META_NAME:
        raise InvalidHeaderError(
            f"*-Meta-{name[:20]}", f"must have a name of 1 to {MAX_META_NAME} characters"
        )
    return canonical_key(name)


def _meta_value(name: str, value: str) -> str:
    text = _decoded(name, value)
    if text == "~":  # how an old web client says "empty"
        return ""
    if len(text) > MAX_META_VALUE:
        raise InvalidHeaderError(name, f"is longer than {MAX_META_VALUE} characters")
    return text


def _decoded(name: str, value: str) -> str:
    if not value.isascii():
        raise InvalidHeaderError(name, "must percent-encode what is not ASCII")
    if "%" in value:
        try:
            value = unquote_to_bytes(value).decode()
        except UnicodeDecodeError as error:
            raise InvalidHeaderError(name, "is not percent-encoded UTF-8") from error
    if not FORBIDDEN.isdisjoint(value):
        raise InvalidHeaderError(name, "has a control character")
    return value


def meta_fields(prefix: str, meta: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield reply headers for user metadata."""
    for key, value in meta.items():
        yield encoded_name(prefix + key), encoded(value)
