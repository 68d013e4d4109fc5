"""What a view answers with: Django's response objects cost more than a look-up in Postgres."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain

from pithos_api.blocks.base import Piece
from pithos_api.values import MAX_REPLY_HEAD

Headers = Iterable[tuple[str, str]]

# Replies depend on the token, and must not be kept by anybody in between (contract §3.10).
COMMON_HEADERS = (
    ("Cache-Control", "no-cache, private"),
    ("Vary", "X-Auth-Token"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)

# The rest is for what the server adds: the status line, the date, the request's ids.
_ROOM = MAX_REPLY_HEAD - 1024

_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_WITHOUT_BODY = frozenset({204, 304})


@dataclass(slots=True)
class Reply:
    """A status, headers of latin-1 text and a body: bytes, or pieces whose length they tell."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | Iterator[Piece] = b""

    @property
    def status_line(self) -> str:
        """Status and phrase as WSGI wants them."""
        return _STATUS_LINES[self.status]

    def all_headers(self, method: str) -> list[tuple[str, str]]:
        """Every header to be sent. A HEAD reply tells its length itself or not at all."""
        headers = [*self.headers, *COMMON_HEADERS]
        if isinstance(self.body, bytes) and method != "HEAD" and self.status not in _WITHOUT_BODY:
            headers.append(("Content-Length", str(len(self.body))))
        return headers if _size(headers) <= _ROOM else _shortened(headers)


def _size(headers: list[tuple[str, str]]) -> int:
    return sum(map(len, chain.from_iterable(headers))) + 4 * len(headers)


def _shortened(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers without the longest of them, and how many are left out.

    What was stored before its limits would make a reply that proxies refuse; what the protocol
    needs is short.
    """
    left_out: set[int] = set()
    excess = _size(headers) - _ROOM
    for at in sorted(range(len(headers)), key=lambda at: -_size([headers[at]])):
        if excess <= 0:
            break
        left_out.add(at)
        excess -= _size([headers[at]])
    kept = [field for at, field in enumerate(headers) if at not in left_out]
    return [*kept, ("X-Headers-Left-Out", str(len(left_out)))]
