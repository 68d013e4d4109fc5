from time import time
from typing import Literal

from web.errors import InvalidRequest
from web.numbers import whole_number
from web.request_head import RequestHead

# Postgres knows no later time; nothing happens after it.
LATEST = 200_000_000_000.0

# Digits of a time in the far future, such as one in milliseconds. A column has room for them.
MAX_DIGITS = 18


class InvalidUntilError(InvalidRequest):
    """``until`` is no time."""

    def __init__(self, value: str) -> None:
        super().__init__(f"until={value[:30]!r} is not a time in seconds")


def read_until(head: RequestHead) -> float | None:
    """Return the time that a reader asks for, None for the present: absent or empty.

    Raises: InvalidUntilError: ignoring it would show the present for the past.
    """
    value = head.query.get("until", "")
    return _read_seconds(value) if value else None


def purge_until(head: RequestHead) -> float:
    """Return the time up to which history is to be purged.

    Raises: InvalidUntilError: ignoring it would delete what is alive.
    """
    return _read_seconds(head.query.get("until", ""))


class InvalidExpiryError(InvalidRequest):
    """The header names no time in the future."""

    def __init__(self, header: str, value: str) -> None:
        super().__init__(f"{header}: {value[:30]!r} is not a time in the future, in seconds")


def read_expiry(head: RequestHead) -> int | Literal[""] | None:
    """Return when the object is to be gone, seconds since the epoch; "" for no more.

    None if that is not said.

    ``X-Delete-At`` is in seconds since the epoch, ``X-Delete-After`` from now, and counts first.

    Raises: InvalidExpiryError.
    """
    after = head.fields.get("HTTP_X_DELETE_AFTER")
    at = head.fields.get("HTTP_X_DELETE_AT")
    if after is None and at is None:
        return "" if "HTTP_X_REMOVE_DELETE_AT" in head.fields else None
    return parse_expiry(after, at)


def parse_expiry(after: str | None, at: str | None) -> int | Literal[""]:
    """Return when an object is to be gone, "" for never; as ``read_expiry``.

    Raises: InvalidExpiryError.
    """
    if after is not None:
        name, value, since = "X-Delete-After", after.strip(), int(time())
    else:
        name, value, since = "X-Delete-At", (at or "").strip(), 0
    if not value:
        return ""
    seconds = whole_number(value, MAX_DIGITS)
    moment = 0 if seconds is None else since + seconds
    if moment <= time():
        raise InvalidExpiryError(name, value)
    return moment


def _read_seconds(value: str) -> float:
    """Return a decimal number of seconds. Raises: InvalidUntilError."""
    whole, _, fraction = value.partition(".")
    if not whole or whole_number(whole + fraction, 39) is None:
        raise InvalidUntilError(value)
    return min(float(value), LATEST)
