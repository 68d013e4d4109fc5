"""Bodies of requests, as services read them.

A thread that waits for its client holds no database session that others lack; and mostly it does
not wait, but leaves the request (``web.bodies.pausing``).
"""

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.services import connections
from web.bodies import body
from web.bodies.body import RequestBody
from web.bodies.pausing import pausing_of


def open_body(request: WSGIRequest) -> RequestBody:
    """Return the request's body, unread.

    Raises: as ``web.bodies.body.open_body``.
    """
    receiving = connections.WhileReceiving()
    return body.open_body(request, receiving, pausing_of(request.META, receiving))
