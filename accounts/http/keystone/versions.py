"""Discovery: which versions of Keystone's interface there are, and where."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.shortcuts import resolve_url

from accounts.http.view import ClientView, json_reply
from web.json_values import JSONObject
from web.reply import Reply
from web.views import base_url


def _v3(base: str) -> JSONObject:
    return _version("v3.14", "2020-04-07T00:00:00Z", f"{base}/v3/", "v3")


def _v2(base: str) -> JSONObject:
    return _version("v2.0", "2014-04-17T00:00:00Z", f"{base}/v2.0/", "v2.0")


def _version(name: str, updated: str, url: str, media: str) -> JSONObject:
    kind = f"application/vnd.openstack.identity-{media}+json"
    return {
        "id": name,
        "status": "stable",
        "updated": updated,
        "links": [{"rel": "self", "href": url}],
        "media-types": [{"base": "application/json", "type": kind}],
    }


class V3View(ClientView):
    """Where version 3 is."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 with where version 3 is."""
        return json_reply(200, {"version": _v3(base_url(request))})

    head = get


class V2View(ClientView):
    """Where version 2 is."""

    def get(self, request: WSGIRequest) -> Reply:
        """200 with where version 2 is."""
        return json_reply(200, {"version": _v2(base_url(request))})

    head = get


class VersionsView(ClientView):
    """The root of the store, for programs. People are shown their page."""

    def get(self, request: WSGIRequest) -> Reply:
        """300 with all versions; to browsers 302."""
        if "text/html" in request.headers.get("Accept", ""):
            return Reply(302, [("Location", resolve_url(settings.LOGIN_REDIRECT_URL))])
        base = base_url(request)
        return json_reply(300, {"versions": {"values": [_v3(base), _v2(base)]}})

    head = get
