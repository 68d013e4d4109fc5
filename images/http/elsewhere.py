from collections.abc import Callable

from django.core.handlers.wsgi import WSGIRequest

from images.http.requests import caller
from pithos_api.services.access.permissions import find_caller
from web.errors import PithosError
from web.reply import Reply
from web.views import View


class ElsewhereView(View):
    """What lies below a protocol's paths and is none of its resources."""

    def __init__(self, error: Callable[[], PithosError]) -> None:
        self._error = error

    def answer(self, request: WSGIRequest, *_: str) -> Reply:
        """Raise the protocol's error, after that of a token that is nobody's."""
        find_caller(caller(request))
        raise self._error()
