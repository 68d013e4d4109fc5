from datetime import UTC, datetime
from time import time
from typing import Literal

from django.core.handlers.wsgi import WSGIRequest

from web.errors import InvalidRequest

# Postgres knows no later time; nothing happens after it.
LATEST = 200_000_000_000.0

# The end of the year 9999, as far as Python's calendar goes.
LATEST_EXPIRY = 253_402_300_799


class InvalidUntilError(InvalidRequest):
    """``until`` is no time."""

    def __init__(self, value: str) -> None:
        super().__init__(f"until={value[:30]!r} is not a time in seconds")


def read_until(request: WSGIRequest) -> float | None:
    """Return the time that a reader asks for; what is no time is ignored (contract §3.8)."""
    return _seconds(request.GET.get("until", ""))


def purge_until(request: WSGIRequest) -> float | None:
    """Return the time up to which history is to be purged, None if that is not asked.

    Raises: InvalidUntilError: ignoring it would delete what is alive.
    """
    value = request.GET.get("until")
    if value is None:
        return None
    seconds = _seconds(value)
    if seconds is None:
        raise InvalidUntilError(value)
    return seconds


class InvalidExpiryError(InvalidRequest):
    """The header names no time in the future."""

    def __init__(self, header: str, value: str) -> None:
        super().__init__(f"{header}: {value[:30]!r} is not a time in the future, in seconds")


def read_expiry(request: WSGIRequest) -> datetime | Literal[""] | None:
    """Return when the object is to be gone; "" for no more, None if that is not said.

    ``X-Delete-At`` is in seconds since the epoch, ``X-Delete-After`` from now, and counts first.

    Raises: InvalidExpiryError.
    """
    after = request.META.get("HTTP_X_DELETE_AFTER")
    at = request.META.get("HTTP_X_DELETE_AT")
    if after is None and at is None:
        return "" if "HTTP_X_REMOVE_DELETE_AT" in request.META else None
    return parse_expiry(after, at)


def parse_expiry(after: str | None, at: str | None) -> datetime | Literal[""]:
    """Return when an object is to be gone, "" for never; as ``read_expiry``.

    Raises: InvalidExpiryError.
    """
    if after is not None:
        name, value, since = "X-Delete-After", after.strip(), int(time())
    else:
        name, value, since = "X-Delete-At", (at or "").strip(), 0
    if not value:
        return ""
    whole = value.isascii() and value.isdecimal() and len(value) < 12
    moment = since + int(value) if whole else 0
    if not time() < moment < LATEST_EXPIRY:
        raise InvalidExpiryError(name, value)
    return datetime.fromtimestamp(moment, UTC)


def _seconds(value: str) -> float | None:
    """Return a decimal number of seconds, None for anything else."""
    whole, _, fraction = value.partition(".")
    digits = whole + fraction
    if not (whole and digits.isascii() and digits.isdecimal() and len(digits) < 40):
        return None
    return min(float(value), LATEST)
