"""The head of a response, from its lines."""

import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from server.errors import BrokenResponseError
from server.requests.request import MAX_HEAD

OURS: Final = frozenset(
    {
        "connection",
        "date",
        "keep-alive",
        "server",
        "transfer-encoding",
        "x-openstack-request-id",
        "x-trans-id",
    }
)
"""The fields that only this server writes, in small letters."""

_RETRY_SECONDS: Final = 5
_KNOWN_NAMES: Final = 256


@lru_cache(_KNOWN_NAMES)
def is_usual(name: str) -> bool:
    """Return whether a field of the application is sent as it is, and tells the server nothing."""
    lower = name.lower()
    return lower not in OURS and lower != "content-length"


def first_lines(status: str, request_id: str) -> list[str]:
    """Return the status line and, as one, the fields of this server's own.

    request_id: "" where it is not told.
    """
    own = f"Server: pithos\r\nDate: {_date(int(time.time()))}"
    if request_id:
        own = f"{own}\r\nX-Trans-Id: {request_id}\r\nX-Openstack-Request-Id: {request_id}"
    return [f"HTTP/1.1 {status}", own]


def encode(lines: list[str]) -> bytes:
    """Return the head of ``first_lines`` and fields; without the longest if it is too long.

    Raises: BrokenResponseError: a line break inside a field would be a second header or response.
    """
    head = _join(lines)
    return head if len(head) <= MAX_HEAD else _join(_shortened(lines))


def plain(status: int, request_id: str) -> bytes:
    """Return a whole response without a body, after which the connection ends."""
    lines = first_lines(f"{status} {HTTPStatus(status).phrase}", request_id)
    if status == 503:
        lines.append(f"Retry-After: {_RETRY_SECONDS}")
    return encode([*lines, "Content-Length: 0", "Connection: close"])


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _join(lines: list[str]) -> bytes:
    text = "\r\n".join(lines)
    breaks = len(lines) - 1 + lines[1].count("\r\n")  # the second line holds our own fields
    if text.count("\r") != breaks or text.count("\n") != breaks or "\0" in text:
        raise BrokenResponseError("a line break or NUL in a header")
    return (text + "\r\n\r\n").encode("latin-1")


def _shortened(lines: list[str]) -> list[str]:
    """Return the head's lines without the longest fields, and with how many are left out.

    Proxies refuse what is longer. What the protocol needs is short; what is long is what users
    wrote before there were limits for it.
    """
    told, fields = lines[:2], lines[2:]  # the status line, the server's own
    excess = sum(len(line) + 2 for line in lines) + 64 - MAX_HEAD
    left_out: set[int] = set()
    for at in sorted(range(len(fields)), key=lambda at: -len(fields[at])):
        if excess <= 0:
            break
        left_out.add(at)
        excess -= len(fields[at]) + 2
    kept = [field for at, field in enumerate(fields) if at not in left_out]
    return [*told, *kept, f"X-Headers-Left-Out: {len(left_out)}"]
