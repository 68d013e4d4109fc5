"""What a backend of blobs is told of a web request."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.tokens.credentials import Credentials
from blobs.values.blobs import Flag
from pithos_api.values import Access
from web.bodies.body import RequestBody


@dataclass(frozen=True, slots=True)
class BlobRequest:
    """A web request, so far as a backend needs to know it.

    credentials: of who asks; they are checked before a backend is called. access: what they may
    do in the container of blobs, None where that was not asked.
    body: opens the request's body; it raises as ``web.bodies.body.open_body``.
    flags: what a blob that is written begins with.
    reply_headers: of the reply; backends add to them.
    """

    credentials: Credentials
    body: Callable[[], RequestBody]
    access: Access | None = None
    flags: tuple[Flag, ...] = ()
    reply_headers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ArrivingBlob:
    """A blob of an upload stream. size: bytes."""

    id: str
    size: int
