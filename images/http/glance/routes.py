"""What ``/image`` and ``/image/v2`` lead to (contract b4)."""

import re

from images.errors import NothingHereError
from images.http.elsewhere import ElsewhereView
from images.http.glance.views.data import GlanceDataView
from images.http.glance.views.discovery import GlanceSchemaView, GlanceVersionsView
from images.http.glance.views.images import (
    GlanceActionView,
    GlanceImagesView,
    GlanceImageView,
    GlanceTagView,
)
from images.http.glance.views.members import GlanceMembersView, GlanceMemberView
from web.protocols import Route

_ROOT = r"/image/v2"
_IMAGE = rf"{_ROOT}/images/([\w-]+)"
# Not the paths of Plankton, which has the same first segment.
_ELSEWHERE = r"/image/(?!v1(?:\.0)?(?:/|$)).*"


def _action(name: str, *, active: bool) -> Route:
    pattern = re.compile(rf"{_IMAGE}/actions/{name}/?")
    return Route(pattern, f"glance_{name}", GlanceActionView(active=active))


ROUTES = (
    Route(re.compile(rf"{_IMAGE}/file/?"), "glance_file", GlanceDataView()),
    Route(re.compile(rf"{_IMAGE}/?"), "glance_image", GlanceImageView()),
    Route(re.compile(rf"{_ROOT}/images/?"), "glance_images", GlanceImagesView()),
    Route(re.compile(rf"{_IMAGE}/members/?"), "glance_members", GlanceMembersView()),
    Route(re.compile(rf"{_IMAGE}/members/([^/]+)/?"), "glance_member", GlanceMemberView()),
    Route(re.compile(rf"{_IMAGE}/tags/([^/]+)/?"), "glance_tag", GlanceTagView()),
    _action("deactivate", active=False),
    _action("reactivate", active=True),
    Route(re.compile(rf"{_ROOT}/schemas/(\w+)/?"), "glance_schema", GlanceSchemaView()),
    Route(re.compile(r"/image/?"), "glance_versions", GlanceVersionsView(300)),
    Route(re.compile(r"/image/(?:versions|v2)/?"), "glance_versions", GlanceVersionsView(200)),
    Route(re.compile(_ELSEWHERE), "glance_nothing", ElsewhereView(NothingHereError)),
)
