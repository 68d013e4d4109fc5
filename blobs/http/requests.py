from functools import partial

from django.core.handlers.wsgi import WSGIRequest

from blobs.services.callers import authenticate
from blobs.values.requests import BlobRequest
from pithos_api.services import connections
from web.bodies.body import RequestBody, open_body
from web.bodies.pausing import pausing_of
from web.views import head_of


def blob_request(request: WSGIRequest, user: str, namespace: str, blob: str = "") -> BlobRequest:
    """Return what a backend is told of the request. Raises: as ``authenticate``."""
    credentials, access = authenticate(head_of(request), user, namespace, blob)
    return BlobRequest(credentials, partial(body_of, request), access)


def body_of(request: WSGIRequest) -> RequestBody:
    """Return the request's body, unread. Raises: as ``open_body``."""
    receiving = connections.WhileReceiving()
    return open_body(request, receiving, pausing_of(request.META, receiving))
