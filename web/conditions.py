"""Preconditions (contract §3.3, RFC 9110 §13)."""

from dataclasses import dataclass
from datetime import datetime

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_http_date_safe

from web.errors import ConditionFailedError

ANY = b""

_ETAG_SIZE = 16


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
    return tag if len(tag) == _ETAG_SIZE else None


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
