import re
from datetime import datetime
from time import time
from typing import Final, Literal

from web.errors import InvalidRequest
from web.numbers import whole_number
from web.request_head import RequestHead

# Postgres knows no later time; nothing happens after it.
LATEST = 200_000_000_000.0

# Digits of a time in the far future, such as one in milliseconds.
MAX_DIGITS = 18

# What a column has room for; what is to be gone later is told as gone then, which is never.
LATEST_KEPT = 2**63 - 1

_INTEGER = re.compile(r"([+-]?)(?=[0-9])0*+([0-9]*+)", re.ASCII)

# A date and a time with their zone. The + of a zone that was not percent-encoded is a blank here.
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?([Zz]|[-+ ]\d\d(:?\d\d)?)", re.ASCII
)


class InvalidTimeError(InvalidRequest):
    """A parameter is no time."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(
            f"{name}={value[:40]!r} is not a time: seconds since 1970, or ISO 8601 with a zone"
            " such as 2026-11-29T14:30:00Z"
        )


def read_until(head: RequestHead) -> float | None:
    """Return the time that a reader asks for, None for the present: absent or empty.

    Raises: InvalidTimeError: ignoring it would show the present for the past.
    """
    return read_moment(head, "until") if head.query.get("until", "") else None


def purge_until(head: RequestHead) -> float:
    """Return the time up to which history is to be purged.

    Raises: InvalidTimeError: ignoring it would delete what is alive.
    """
    return read_moment(head, "until")


class InvalidExpiryError(InvalidRequest):
    """The header names no time in the future. value: what it says."""

    def __init__(self, header: str, value: str) -> None:
        self.header, self.value = header, value
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
    seconds = integer(value)
    moment = 0 if seconds is None else since + seconds
    if moment <= time():
        raise InvalidExpiryError(name, value)
    return min(moment, LATEST_KEPT)


def integer(value: str) -> int | None:
    """Return what digits of ASCII say, of any number and with a sign or not; None for other text.

    It is no further from 0 than ``LATEST_KEPT``.
    """
    match = _INTEGER.fullmatch(value)
    if match is None:
        return None
    sign, digits = match.groups()
    size = int(digits or "0") if len(digits) <= len(str(LATEST_KEPT)) else LATEST_KEPT
    return min(size, LATEST_KEPT) * (-1 if sign == "-" else 1)


def read_moment(head: RequestHead, name: str) -> float:
    """Return the time that a parameter names, in seconds since the epoch (contract/time.md).

    Raises: InvalidTimeError: it is absent, or neither a number of seconds nor ISO 8601 with a zone.
    """
    value = head.query.get(name, "")
    if _ISO.fullmatch(value):
        return _read_iso(name, value)
    whole, _, fraction = value.partition(".")
    if not whole or whole_number(whole + fraction, 39) is None:
        raise InvalidTimeError(name, value)
    return min(float(value), LATEST)


def _read_iso(name: str, value: str) -> float:
    """Return an ISO 8601 time. What was before 1970 was before everything."""
    text = f"{value[:10]}T{value[11:].replace(' ', '+')}".upper()
    try:
        return max(datetime.fromisoformat(text).timestamp(), 0.0)
    except (ValueError, OverflowError) as error:  # such as February 30
        raise InvalidTimeError(name, value) from error
