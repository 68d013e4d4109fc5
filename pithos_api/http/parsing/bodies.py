"""Bodies of requests, as services read them.

A thread that waits for its client holds no database connection that others lack.
"""

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.services import connections
from pithos_api.services.objects.writing import Body
from web import body


def open_body(request: WSGIRequest) -> Body:
    """Return the request's body, unread.

    Raises: as ``web.body.open_body``.
    """
    opened = body.open_body(request, connections.spare)
    return Body(opened.readinto, opened.length)


def read_all(request: WSGIRequest, limit: int) -> bytes:
    """Return a body that has to be parsed as a whole, of at most ``limit`` bytes.

    Raises: as ``web.body.read_all``.
    """
    return body.read_all(request, limit, connections.spare)
