"""Properties of images at Compute: what both versions do alike, and where they differ."""

from django.core.handlers.wsgi import WSGIRequest

from images.errors import ImagePropertyNotFoundError
from images.http.compute.parsing import read_meta, read_metadata, wanted_format
from images.http.compute.rendering import meta_reply, metadata_reply
from images.http.requests import caller, read_fields
from images.services import registering, registry
from images.values.changes import ImageChange
from images.values.images import RegisteredImage
from web.json_values import JSONObject
from web.reply import Reply
from web.views import View, head_of


def _owner_s_body(request: WSGIRequest, image: str) -> JSONObject:
    """Return the fields of the body, once the caller is known to be the owner."""
    registry.find_own(caller(request), image)
    return read_fields(request)


class MetadataView(View):
    """``/compute/v1.1/images/<id>/meta``: all properties."""

    def get(self, request: WSGIRequest, image: str, *_: str) -> Reply:
        """200; errors 401 404."""
        found = registry.find_image(caller(request), image)
        form = wanted_format(head_of(request))
        return metadata_reply(200, found.properties, form, values=True)

    def post(self, request: WSGIRequest, image: str, *_: str) -> Reply:
        """201 with those that were changed; a new key is left out. Errors 400 401 404 413."""
        sent = read_metadata(_owner_s_body(request, image))
        updated: dict[str, str] = {}

        def decide(known: RegisteredImage) -> ImageChange:
            updated.update({k: value for k, value in sent.items() if k in known.properties})
            return ImageChange(properties=updated)

        registering.rewrite(caller(request), image, decide)
        return metadata_reply(201, updated, wanted_format(head_of(request)))


class MetaView(View):
    """``/compute/v1.1/images/<id>/meta/<key>``: one property; the same in version 2.0."""

    def get(self, request: WSGIRequest, image: str, key: str, *_: str) -> Reply:
        """200; errors 401 404."""
        found = registry.find_image(caller(request), image)
        if key not in found.properties:
            raise ImagePropertyNotFoundError(key)
        return meta_reply(200, key, found.properties[key], wanted_format(head_of(request)))

    def put(self, request: WSGIRequest, image: str, key: str, *_: str) -> Reply:
        """201; errors 400 401 403 404 413."""
        value = read_meta(_owner_s_body(request, image), key)
        change = ImageChange(properties={key: value})
        registering.change_image(caller(request), image, change)
        return meta_reply(201, key, value, wanted_format(head_of(request)))

    def delete(self, request: WSGIRequest, image: str, key: str, *_: str) -> Reply:
        """204; errors 401 403 404."""

        def decide(known: RegisteredImage) -> ImageChange:
            if key not in known.properties:
                raise ImagePropertyNotFoundError(key)
            return ImageChange(properties={key: None})

        registering.rewrite(caller(request), image, decide)
        return Reply(204)


class AllMetadataView(View):
    """``/compute/v2.0/images/<id>/metadata``: all properties."""

    def get(self, request: WSGIRequest, image: str) -> Reply:
        """200; errors 401 404."""
        found = registry.find_image(caller(request), image)
        return metadata_reply(200, found.properties, wanted_format(head_of(request)))

    def post(self, request: WSGIRequest, image: str) -> Reply:
        """201 with all properties: those that are sent are set. Errors 400 401 403 404 413."""
        return self._set(request, image, 201, replace=False)

    def put(self, request: WSGIRequest, image: str) -> Reply:
        """200 with all properties: those that are sent, and no others. Errors as POST."""
        return self._set(request, image, 200, replace=True)

    def _set(self, request: WSGIRequest, image: str, status: int, *, replace: bool) -> Reply:
        sent = read_metadata(_owner_s_body(request, image))
        change = ImageChange(properties=sent, replace_properties=replace)
        found = registering.change_image(caller(request), image, change)
        return metadata_reply(status, found.properties, wanted_format(head_of(request)))
