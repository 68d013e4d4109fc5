from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import PublicNotFoundError
from pithos_api.http.parsing.encoded_headers import with_decoded_headers
from pithos_api.http.parsing.reading import read_public
from pithos_api.http.rendering.delivery import with_public_delivery
from pithos_api.services.objects.large_objects.opening import Readable, open_public
from pithos_api.values.requests import ReadObject
from web.bodies.data import data_reply, head_reply
from web.reply import Reply
from web.views import View, head_of


class PublicView(View):
    """``/public/<key>``: anybody reads, no token is looked at (contract §2.6)."""

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb; only faults tell the request's id.

        Raises: MethodNotAllowed.
        """
        reply = super().answer(request, *names)
        reply.tells_id = False
        return reply

    def head(self, request: WSGIRequest, key: str) -> Reply:
        """200, 304; errors 400 404 409 412."""
        wanted, state = _read(request), _open(key).state
        return head_reply(wanted, state, with_public_delivery(state, wanted.disposition))

    def get(self, request: WSGIRequest, key: str) -> Reply:
        """200, 206, 304; errors 400 404 409 412 416 503."""
        wanted, source = _read(request), _open(key)
        headers = with_public_delivery(source.state, wanted.disposition)
        return data_reply(wanted, source, headers)


def _read(request: WSGIRequest) -> ReadObject:
    return read_public(with_decoded_headers(head_of(request)))


def _open(key: str) -> Readable:
    if not (key.isascii() and key.isalnum()):  # such as NUL, which the database refuses
        raise PublicNotFoundError
    return open_public(key)
