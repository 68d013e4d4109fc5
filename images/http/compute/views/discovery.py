from django.core.handlers.wsgi import WSGIRequest

from images.http.replies import json_reply
from web.json_values import JSONObject
from web.reply import Reply
from web.views import View, checked_base_url

_VERSIONS = {"v2.0": "CURRENT", "v1.1": "SUPPORTED"}


def _version(name: str, base: str) -> JSONObject:
    link = {"rel": "self", "href": f"{base}/compute/{name}/"}
    return {"id": name, "status": _VERSIONS[name], "links": [link]}


class ComputeVersionsView(View):
    """``/compute/``: which versions there are, for anybody."""

    def get(self, request: WSGIRequest) -> Reply:
        """300; error 400."""
        base = checked_base_url(request)
        return json_reply(300, {"versions": [_version(name, base) for name in _VERSIONS]})


class ComputeVersionView(View):
    """``/compute/<version>``: that there is this one, for anybody."""

    def get(self, request: WSGIRequest, version: str) -> Reply:
        """200; error 400."""
        return json_reply(200, {"version": _version(version, checked_base_url(request))})
