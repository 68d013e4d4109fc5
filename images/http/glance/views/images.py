from typing import Final

from django.core.handlers.wsgi import WSGIRequest

from images.errors import ImageMediaTypeError, ImageTagNotFoundError
from images.http.glance.parsing.images import read_new_image, read_operations, read_patch
from images.http.glance.parsing.queries import read_query
from images.http.glance.rendering import image_document, images_document
from images.http.replies import json_reply
from images.http.requests import caller, query_of, read_document, read_fields
from images.services import content, registering, registry
from images.values.changes import ImageChange
from images.values.images import RegisteredImage
from pithos_api.services.access.permissions import find_caller
from web.reply import Reply
from web.views import View

PATCH: Final = "application/openstack-images-v2.1-json-patch"


def media_type(request: WSGIRequest) -> str:
    """Return the type of the body, without its parameters."""
    return str(request.META.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()


class GlanceImagesView(View):
    """``/image/v2/images``: a page of the images that the caller sees; a new one."""

    def get(self, request: WSGIRequest) -> Reply:
        """200; errors 400 401."""
        credentials = caller(request)
        query = query_of(request)
        wanted = read_query(query)
        found = registry.list_images(credentials, wanted)
        return json_reply(200, images_document(found, query, wanted))

    def post(self, request: WSGIRequest) -> Reply:
        """201 with the image, whose bytes are to come; errors 400 401 403 409 413."""
        credentials = caller(request)
        account = find_caller(credentials).account
        wanted = read_new_image(read_fields(request), account)
        image = image_document(registering.create_image(credentials, wanted))
        return json_reply(201, image, ("Location", str(image["self"])))


class GlanceImageView(View):
    """``/image/v2/images/<id>``: what is said of an image."""

    def get(self, request: WSGIRequest, image: str) -> Reply:
        """200; errors 401 404."""
        return json_reply(200, image_document(registry.find_image(caller(request), image)))

    def patch(self, request: WSGIRequest, image: str) -> Reply:
        """200 with the changed image; errors 400 401 403 404 409 413 415."""
        credentials = caller(request)
        registry.find_own(credentials, image)
        if media_type(request) != PATCH:
            raise ImageMediaTypeError(PATCH)
        operations = read_operations(read_document(request))

        def decide(known: RegisteredImage) -> ImageChange:
            return read_patch(operations, set(known.properties))

        return json_reply(200, image_document(registering.rewrite(credentials, image, decide)))

    def delete(self, request: WSGIRequest, image: str) -> Reply:
        """204; errors 401 403 404."""
        registering.delete_image(caller(request), image)
        return Reply(204)


class GlanceTagView(View):
    """``/image/v2/images/<id>/tags/<tag>``."""

    def put(self, request: WSGIRequest, image: str, tag: str) -> Reply:
        """204; errors 400 401 403 404 413."""
        registering.rewrite(
            caller(request), image, lambda known: ImageChange(tags=(*known.tags, tag))
        )
        return Reply(204)

    def delete(self, request: WSGIRequest, image: str, tag: str) -> Reply:
        """204; errors 401 403 404."""

        def decide(known: RegisteredImage) -> ImageChange:
            if tag not in known.tags:
                raise ImageTagNotFoundError(tag)
            return ImageChange(tags=tuple(each for each in known.tags if each != tag))

        registering.rewrite(caller(request), image, decide)
        return Reply(204)


class GlanceActionView(View):
    """``/image/v2/images/<id>/actions/…``: whether the bytes can be read."""

    def __init__(self, *, active: bool) -> None:
        self._active = active

    def post(self, request: WSGIRequest, image: str) -> Reply:
        """204; errors 401 403 404 409."""
        content.set_active(caller(request), image, active=self._active)
        return Reply(204)
