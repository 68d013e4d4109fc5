"""Images of Compute, in both versions."""

from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIRequest

from images.errors import InvalidImageError
from images.http.compute.parsing import read_query, read_server_image, wanted_format
from images.http.compute.rendering import Changes, deleted, image_reply, list_reply, with_links
from images.http.replies import json_reply
from images.http.requests import caller, parameters, read_fields
from images.services import registering, registry, servers
from images.values.images import RegisteredImage
from images.values.queries import ImageQuery
from pithos_api.services.access.permissions import find_caller
from web.json_values import JSONValue
from web.reply import Reply
from web.views import View, checked_base_url, head_of


def _listed(request: WSGIRequest, query: ImageQuery) -> Changes:
    """Return the images of a list; those that are gone are in lists of changes alone."""
    credentials = caller(request)
    if query.since is None:
        return registry.list_images(credentials, query), []
    return registry.list_changes(credentials, query)


def _image_of_server(request: WSGIRequest) -> RegisteredImage:
    """Make the image that a POST asks for; only then its body is read that it may be.

    Raises: InvalidImageError: also if the body is of another type.
    """
    credentials = caller(request)
    find_caller(credentials)
    kind = str(request.META.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
    if kind != "application/json":
        raise InvalidImageError("the body", "is not application/json")
    server, name = read_server_image(read_fields(request))
    return servers.image_of_server(credentials, server, name)


class ImagesView(View):
    """``/compute/v1.1/images``: the images that the caller sees; a new one of a server.

    detail: whether everything is told of each.
    """

    def __init__(self, *, detail: bool) -> None:
        self._detail = detail

    def head(self, request: WSGIRequest, *_: str) -> Reply:
        """As GET, without the body."""
        reply = self.get(request)
        reply.body = b""
        return reply

    def get(self, request: WSGIRequest, *_: str) -> Reply:
        """200; 304 if nothing has changed since; errors 400 401."""
        query = read_query(parameters(request))
        found = _listed(request, query)
        if query.since is not None and not any(found):
            return Reply(304)
        return list_reply(found, wanted_format(head_of(request)), detail=self._detail)


class NewImagesView(ImagesView):
    """``/compute/v1.1/images``, where images can be made as well."""

    def post(self, request: WSGIRequest, *_: str) -> Reply:
        """202 with the image; errors 400 401 403 404 409 413."""
        image = _image_of_server(request)
        return image_reply(202, image, wanted_format(head_of(request)))


class ImageView(View):
    """``/compute/v1.1/images/<id>``."""

    def get(self, request: WSGIRequest, image: str, *_: str) -> Reply:
        """200; errors 401 404."""
        found = registry.find_image(caller(request), image)
        return image_reply(200, found, wanted_format(head_of(request)))

    def delete(self, request: WSGIRequest, image: str, *_: str) -> Reply:
        """204, and the object stays; errors 401 403 404."""
        registering.unregister(caller(request), image)
        return Reply(204)


class LinkedImagesView(View):
    """``/compute/v2.0/images``. detail: as of ``ImagesView``."""

    def __init__(self, *, detail: bool) -> None:
        self._detail = detail

    def get(self, request: WSGIRequest) -> Reply:
        """200; 304 if nothing has changed since; errors 400 401."""
        sent = parameters(request)
        query = read_query(sent)
        found, gone = _listed(request, query)
        if query.since is not None and not (found or gone):
            return Reply(304)
        base = checked_base_url(request)
        listed = [with_links(image, base, detail=self._detail) for image in found]
        document: dict[str, JSONValue] = {"images": [*listed, *map(deleted, gone)]}
        if "limit" in sent and query.limit and len(found) == query.limit:
            sent.pop("X-Auth-Token", None)
            rest = urlencode({**sent, "marker": found[-1].id})
            href = f"{base}{request.path_info}?{rest}"
            document["images_links"] = [{"rel": "next", "href": href}]
        return json_reply(200, document)


class NewLinkedImagesView(LinkedImagesView):
    """``/compute/v2.0/images``, where images can be made as well."""

    def post(self, request: WSGIRequest) -> Reply:
        """202 with the image; errors 400 401 403 404 409 413."""
        image = _image_of_server(request)
        shown = with_links(image, checked_base_url(request), detail=True)
        return json_reply(202, {"image": shown})


class LinkedImageView(View):
    """``/compute/v2.0/images/<id>``."""

    def get(self, request: WSGIRequest, image: str) -> Reply:
        """200; errors 401 404."""
        found = registry.find_image(caller(request), image)
        shown = with_links(found, checked_base_url(request), detail=True)
        return json_reply(200, {"image": shown})

    def delete(self, request: WSGIRequest, image: str) -> Reply:
        """204, and the object stays; errors 401 403 404."""
        registering.unregister(caller(request), image)
        return Reply(204)
