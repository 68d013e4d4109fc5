from typing import ClassVar

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.reply import Reply
from pithos_api.http.swift.outputs import transaction_headers
from pithos_api.http.views.base import APIView
from pithos_api.values import Dialect


class SwiftView(APIView):
    """A resource as Swift's clients know it."""

    dialect: ClassVar[Dialect] = Dialect.SWIFT

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb.

        Raises: MethodNotAllowed.
        """
        reply = super().answer(request, *names)
        reply.headers += transaction_headers()
        return reply
