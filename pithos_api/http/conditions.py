"""Preconditions (contract §3.3, RFC 9110 §13)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_http_date_safe

from pithos_api.errors import ConditionFailedError, InvalidRequest
from pithos_api.http.headers import InvalidHeaderError
from pithos_api.values import MD5_SIZE, Conditions, DeleteConditions, Dialect

ANY = b""

# Of a whole number that 64 bits hold.
_MAX_DIGITS = 19

_OF_DELETIONS = (
    *("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
    "HTTP_X_IF_DELETE_AT",
)


class ConditionRefusedError(InvalidRequest):
    def __init__(self, parameter: str) -> None:
        super().__init__(f"a deletion with {parameter} takes no condition, such as If-Match")


def tags(request: WSGIRequest, key: str) -> tuple[bytes, ...] | None:
    """Return the MD5s that a list of ETags names, ``ANY`` for ``*``; None without the header.

    Tags come quoted or not, in any case. One that is no MD5 cannot be any object's.
    """
    value = request.META.get(key)
    if value is None:
        return None
    return tuple(tag for tag in map(_tag, value.split(",")) if tag is not None)


def _tag(text: str) -> bytes | None:
    text = text.strip().removeprefix("W/").strip('"')
    if text == "*":
        return ANY
    try:
        tag = bytes.fromhex(text)
    except ValueError:
        return None
    return tag if len(tag) == MD5_SIZE else None


def write_conditions(request: WSGIRequest) -> Conditions:
    """Return what a write demands of the current version. Dates apply to deletions only."""
    return Conditions(tags(request, "HTTP_IF_MATCH"), tags(request, "HTTP_IF_NONE_MATCH"))


def delete_conditions(request: WSGIRequest, dialect: Dialect) -> DeleteConditions | None:
    """Return what a deletion demands of what it deletes, None if that is nothing.

    Beside If-Match a date counts in Swift's dialect only (RFC 9110 §13.1.4).

    Raises: InvalidHeaderError.
    """
    meta = request.META
    if meta.keys().isdisjoint(_OF_DELETIONS):
        return None
    demanded = write_conditions(request)
    since = meta.get("HTTP_IF_UNMODIFIED_SINCE")
    if demanded.if_match is not None and dialect is Dialect.PITHOS:
        since = None
    return DeleteConditions(
        tags=demanded,
        unmodified_since=None if since is None else parse_http_date_safe(since),
        delete_at=_delete_at(meta.get("HTTP_X_IF_DELETE_AT")),
    )


def _delete_at(value: str | None) -> int | None:
    if value is None:
        return None
    text = value.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < _MAX_DIGITS):
        raise InvalidHeaderError("X-If-Delete-At", "is not a whole number of seconds")
    return int(text)


def refuse_conditions(request: WSGIRequest, parameter: str) -> None:
    """Refuse conditions where there is no one state that they could be about.

    Raises: ConditionRefusedError.
    """
    if not request.META.keys().isdisjoint(_OF_DELETIONS):
        raise ConditionRefusedError(parameter)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reader's conditions are judged against. etag: 16 bytes, None where there is none."""

    modified: datetime
    etag: bytes | None = None

    def matches(self, wanted: tuple[bytes, ...]) -> bool:
        return self.etag is not None and (self.etag in wanted or ANY in wanted)


def is_unmodified(request: WSGIRequest, subject: Subject) -> bool:
    """Return whether a read is to be answered 304; in RFC 9110's order.

    Raises: ConditionFailedError: 412.
    """
    meta = request.META
    modified = int(subject.modified.timestamp())
    if (wanted := tags(request, "HTTP_IF_MATCH")) is not None and subject.etag is not None:
        if not subject.matches(wanted):
            raise ConditionFailedError("If-Match")
    elif "HTTP_IF_UNMODIFIED_SINCE" in meta:
        since = parse_http_date_safe(meta["HTTP_IF_UNMODIFIED_SINCE"])
        if since is not None and modified > since:
            raise ConditionFailedError("If-Unmodified-Since")
    if (refused := tags(request, "HTTP_IF_NONE_MATCH")) is not None and subject.etag is not None:
        return subject.matches(refused)
    if "HTTP_IF_MODIFIED_SINCE" in meta:
        since = parse_http_date_safe(meta["HTTP_IF_MODIFIED_SINCE"])
        return since is not None and modified <= since
    return False


def range_still_applies(request: WSGIRequest, subject: Subject) -> bool:
    """Return whether ``If-Range`` lets a range stand: it is empty, or names this state."""
    value = request.META.get("HTTP_IF_RANGE", "").strip()
    if not value:
        return True
    since = parse_http_date_safe(value)
    if since is not None:
        return int(subject.modified.timestamp()) == since
    return subject.etag is not None and _tag(value) == subject.etag
