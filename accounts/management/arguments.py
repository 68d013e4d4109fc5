"""What commands take, as argparse types: a wrong value is a usage error that says why."""

import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SPANS = {"m": "minutes", "h": "hours", "d": "days"}


def byte_size(text: str) -> int:
    """Read a size such as ``50G`` in bytes; the units are powers of 1024."""
    match = re.fullmatch(r"([0-9]{1,15})([KMGT]?)", text.upper())
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not a size; write 53687091200 or 50G")
    return int(match[1]) * _UNITS[match[2]]


def moment(text: str) -> datetime:
    """Read an ISO 8601 time (UTC unless it has a zone), or a span from now: 30m, 12h, 7d."""
    span = re.fullmatch(r"([0-9]{1,6})([mhd])", text)
    if span is not None:
        return datetime.now(UTC) + timedelta(**{_SPANS[span[2]]: int(span[1])})
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time; write 30d or 2027-01-31T12:00") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
