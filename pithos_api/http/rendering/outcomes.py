"""What a write is answered with."""

from pithos_api.http.rendering.fields import http_date
from pithos_api.values import Published
from web.reply import Reply


def created(stored: Published) -> Reply:
    """Return 201 for a version that was stored."""
    return Reply(201, published(stored))


def created_large(stored: Published) -> Reply:
    """Return 201 for a static large object, whose ETag is quoted."""
    reply = created(stored)
    reply.headers[0] = ("ETag", f'"{stored.etag.hex()}"')
    return reply


def published(stored: Published) -> list[tuple[str, str]]:
    """Return the headers that tell of a version."""
    return [
        ("ETag", stored.etag.hex()),
        ("X-Object-Version", str(stored.serial)),
        ("Last-Modified", http_date(stored.modified)),
    ]
