"""Views of resources. Each resource has two of its own, which documents can describe."""

from functools import cache
from typing import Any, ClassVar, Never

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from management_api.engine.actors import Actor
from management_api.engine.basic import Basic, Captured
from management_api.engine.engine import Engine, Params
from management_api.engine.resource import Resource
from management_api.http.authentication import TokenAuthentication
from management_api.http.bodies import read_content
from management_api.http.rendering import OnlyForm, ResourceRenderer
from management_api.resources.catalogue import CATALOGUE
from web.errors import MethodNotAllowed
from web.json_values import JSONValue


@cache
def basic() -> Basic:
    """Return the calls that views answer with."""
    return Basic(Engine(CATALOGUE, settings.PITHOS_REST_MAX_DEPTH))


class ResourceView(APIView):
    """What the views of all resources have in common. resource: whose view it is."""

    resource: ClassVar[Resource]
    authentication_classes = (TokenAuthentication,)
    permission_classes = ()
    throttle_classes = ()
    parser_classes = ()
    renderer_classes = (ResourceRenderer,)
    content_negotiation_class = OnlyForm

    def handle_exception(self, exc: Exception) -> Never:
        """Leave errors to the protocol, which also counts tokens that are nobody's."""
        if isinstance(exc, exceptions.MethodNotAllowed):
            raise MethodNotAllowed(self.request.method, self.allowed_methods) from exc
        raise exc

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None besides those of the answer."""
        return {}

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.request.user  # type: ignore[return-value]

    @property
    def params(self) -> Params:
        """The parameters; of one that comes twice the last."""
        return {name: str(value) for name, value in self.request.query_params.items()}

    def content(self) -> JSONValue:
        """Return what the body says. Raises: as ``read_content``."""
        return read_content(_sent(self.request))


def _sent(request: Request) -> WSGIRequest:
    return request._request  # type: ignore[return-value]


class CollectionView(ResourceView):
    """``/api/RESOURCE``: all objects, or new ones."""

    def get(self, request: Request) -> Response:
        """200; errors 400 401 403."""
        return _response(basic().get(self.actor, self.resource.name, None, self.params))

    def post(self, request: Request) -> Response:
        """201; errors 400 401 403 404 409 413 415."""
        content = self.content()
        return _response(basic().post(self.actor, self.resource.name, content, self.params))


class ItemView(ResourceView):
    """``/api/RESOURCE/ID``: one object."""

    def get(self, request: Request, key: str) -> Response:
        """200; errors 400 401 403 404."""
        return _response(basic().get(self.actor, self.resource.name, key, self.params))

    def put(self, request: Request, key: str) -> Response:
        """201; errors 400 401 403 404 405 409 413 415."""
        content = self.content()
        return _response(basic().put(self.actor, self.resource.name, key, content, self.params))

    def patch(self, request: Request, key: str) -> Response:
        """200; errors 400 401 403 404 409 413 415."""
        content = self.content()
        return _response(basic().patch(self.actor, self.resource.name, key, content, self.params))

    def delete(self, request: Request, key: str) -> Response:
        """200 with null; errors 401 403 404 409."""
        return _response(basic().delete(self.actor, self.resource.name, key))


def _response(answer: Captured) -> Response:
    return Response(answer.data, answer.status, headers=dict(answer.headers))


def view_of(resource: Resource, *, collection: bool) -> type[ResourceView]:
    """Return the view of a resource, or of one of its objects, with the methods that it has."""
    base: type[ResourceView] = CollectionView if collection else ItemView
    methods = [each.lower() for each in resource.allowed(collection=collection)]
    name = "".join(part.capitalize() for part in resource.name.split("_"))
    attributes: dict[str, Any] = {
        "resource": resource,
        "http_method_names": [*methods, "head"],
        "__doc__": resource.help,
        "__module__": __name__,
    }
    return type(f"{name}{base.__name__}", (base,), attributes)
