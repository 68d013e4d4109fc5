"""What commands take, as argparse types: a wrong value is a usage error that says why."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from accounts.tokens.credentials import Scope
from observability.addresses import Network
from web.numbers import parse_size

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SPANS = {"m": "minutes", "h": "hours", "d": "days"}


def byte_size(text: str) -> int:
    """Read a size such as ``50G`` in bytes; the units are powers of 1024."""
    size = parse_size(text)
    if size is None:
        raise ArgumentTypeError(f"{text!r} is not a size; write 53687091200 or 50G")
    return size


def byte_size_or_default(text: str) -> int | None:
    """Read a size as ``byte_size`` does; the word ``default`` is None."""
    return None if text == "default" else byte_size(text)


def span(text: str) -> int:
    """Read a span of time such as ``90s``, ``30m``, ``24h`` or ``7d`` in seconds."""
    match = re.fullmatch(r"([0-9]{1,9})([smhd]?)", text.lower())
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not a span of time; write 90s or 24h")
    return int(match[1]) * _SECONDS[match[2]]


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


def network(text: str) -> Network:
    """Read an IP address or a network such as ``10.0.0.0/8``."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def add_scope(parser: ArgumentParser) -> None:
    """Add the options that limit what a token or an app password reaches."""
    parser.add_argument("--read-only", action="store_true", help="it changes nothing")
    parser.add_argument(
        "--prefix",
        default="",
        metavar="CONTAINER[/PREFIX]",
        help="only this container, and in it only names that begin with PREFIX",
    )
    parser.add_argument(
        "--ip",
        action="append",
        default=[],
        type=network,
        metavar="NETWORK",
        help="only from this address or network; may be repeated",
    )


def scope_of(options: dict[str, Any]) -> Scope:
    """Return what the options of ``add_scope`` say."""
    container, _, prefix = str(options["prefix"]).partition("/")
    return Scope(options["read_only"], container, prefix, tuple(options["ip"]))
