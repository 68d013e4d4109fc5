"""What ``/api`` leads to: two routes for each resource, as the store and as DRF have them."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from django.core.handlers.wsgi import WSGIRequest
from django.urls import URLPattern, path
from rest_framework.response import Response

from management_api.engine.errors import UnknownObjectError
from management_api.http.authentication import actor_of
from management_api.http.views import ResourceView, view_of
from management_api.resources.catalogue import CATALOGUE
from web.protocols import Route
from web.reply import Reply
from web.views import View


class Endpoint(View):
    """A view of DRF's among the store's routes."""

    def __init__(self, view: type[ResourceView]) -> None:
        self.view = view
        self._serve: Callable[..., Response] = view.as_view()

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Return what the view answers. Raises: whatever the view raises."""
        response = self._serve(request, *names)
        response.render()
        body = b"" if request.method == "HEAD" else response.content
        return Reply(response.status_code, [*response.items()], body)

    def allowed(self) -> list[str]:
        """Return the verbs that the view has."""
        return [each.upper() for each in self.view.http_method_names]


class NoResourceView(View):
    """What else is below ``/api``."""

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Raise UnknownObjectError, after what is wrong with the token."""
        actor_of(request)
        raise UnknownObjectError(*names)

    def allowed(self) -> list[str]:
        """Return no verb."""
        return []


VIEWS: Final = {
    (name, collection): view_of(resource, collection=collection)
    for name, resource in CATALOGUE.resources.items()
    for collection in (True, False)
}


def _routes() -> Iterator[Route]:
    for (name, collection), view in VIEWS.items():
        tail, label = ("/?", "resources") if collection else ("/(.+)", "resource")
        yield Route(re.compile(f"/api/{name}{tail}", re.DOTALL), label, Endpoint(view))
    yield Route(re.compile(r"/api(?:/([^/]*).*)?", re.DOTALL), "no_resource", NoResourceView())


ROUTES: Final = tuple(_routes())

urlpatterns: Final[list[URLPattern]] = [
    path(f"api/{name}" if collection else f"api/{name}/<path:key>", view.as_view())
    for (name, collection), view in VIEWS.items()
]
"""The same for who describes views of DRF's: the server does not look here."""
