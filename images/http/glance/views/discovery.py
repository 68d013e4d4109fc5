from django.core.handlers.wsgi import WSGIRequest

from images.errors import NoSuchSchemaError
from images.http.glance.rendering import versions_document
from images.http.glance.schemas import SCHEMAS
from images.http.replies import json_reply
from images.http.requests import caller
from pithos_api.services.access.permissions import find_caller
from web.reply import Reply
from web.views import View, checked_base_url


class GlanceVersionsView(View):
    """``/image/`` and ``/image/versions``: which versions there are, for anybody.

    status: 300, a choice, at the root.
    """

    def __init__(self, status: int) -> None:
        self._status = status

    def get(self, request: WSGIRequest) -> Reply:
        """200 or 300; error 400."""
        base = f"{checked_base_url(request)}/image"
        return json_reply(self._status, versions_document(base))


class GlanceSchemaView(View):
    """``/image/v2/schemas/<name>``: what a document may say."""

    def get(self, request: WSGIRequest, name: str) -> Reply:
        """200; errors 401 404."""
        find_caller(caller(request))
        if name not in SCHEMAS:
            raise NoSuchSchemaError(name)
        return json_reply(200, SCHEMAS[name])
