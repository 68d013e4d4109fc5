from django.core.handlers.wsgi import WSGIRequest

from images.errors import ImageMediaTypeError
from images.http.glance.views.images import media_type
from images.http.replies import image_data_reply
from images.http.requests import caller, open_body
from images.services import content
from images.values.images import OCTET_STREAM
from web.reply import Reply
from web.views import View, head_of


class GlanceDataView(View):
    """``/image/v2/images/<id>/file``: the bytes."""

    def get(self, request: WSGIRequest, image: str) -> Reply:
        """200, 206, 304; 204 if they are still to come; errors 401 403 404 412 416 503."""
        data = content.open_image(caller(request), image)
        if data.source is None:
            return Reply(204)
        etag = data.source.etag
        told = [("Content-MD5", etag.hex())] if data.image.etag == etag else []
        return image_data_reply(head_of(request), data.source, *told)

    def put(self, request: WSGIRequest, image: str) -> Reply:
        """204; errors 400 401 403 404 408 409 411 413 415 507."""
        credentials = caller(request)
        content.require_waiting(credentials, image)
        if media_type(request) != OCTET_STREAM:
            raise ImageMediaTypeError(OCTET_STREAM)
        content.store_image(credentials, image, open_body(request))
        return Reply(204)
