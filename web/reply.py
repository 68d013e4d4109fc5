"""What a view answers with: Django's response objects cost more than a look-up in Postgres."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import SupportsBytes, TypeAlias

Headers = Iterable[tuple[str, str]]

Piece: TypeAlias = SupportsBytes
"""A run of a body: bytes, or where they are (server/exchange.py)."""

# Replies depend on the token, and must not be kept by anybody in between (contract §3.10).
COMMON_HEADERS = (
    ("Cache-Control", "no-cache, private"),
    ("Vary", "X-Auth-Token"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)

_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_WITHOUT_BODY = frozenset({204, 304})


@dataclass(slots=True)
class Reply:
    """A status, headers of latin-1 text and a body: bytes, or pieces whose length they tell.

    tells_id: whether the server adds the request's id.
    """

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | Iterator[Piece] = b""
    tells_id: bool = True

    @property
    def status_line(self) -> str:
        """Status and phrase as WSGI wants them."""
        return _STATUS_LINES[self.status]

    def all_headers(self, method: str) -> list[tuple[str, str]]:
        """Every header to be sent. A HEAD reply tells its length itself or not at all.

        The length is where it is if the reply tells it: nobody sees how the body was read.
        """
        headers = list(self.headers)
        if isinstance(self.body, bytes) and method != "HEAD" and self.status not in _WITHOUT_BODY:
            headers.append(("Content-Length", str(len(self.body))))
        headers += COMMON_HEADERS
        return headers
