"""What ``/image/v1`` leads to (contract b3)."""

import re

from images.http.elsewhere import ElsewhereView
from images.http.plankton.views import (
    PlanktonDetailView,
    PlanktonImagesView,
    PlanktonImageView,
    PlanktonMembersView,
    PlanktonMemberView,
    SharedImagesView,
)
from web.errors import UnknownEndpointError
from web.protocols import Route

_ROOT = r"/image/v1(?:\.0)?"
_IMAGE = rf"{_ROOT}/images/([\w-]+)"

ROUTES = (
    Route(re.compile(rf"{_ROOT}/images/detail/?"), "plankton_detail", PlanktonDetailView()),
    Route(re.compile(rf"{_ROOT}/images/?"), "plankton_images", PlanktonImagesView()),
    Route(re.compile(rf"{_IMAGE}/?"), "plankton_image", PlanktonImageView()),
    Route(re.compile(rf"{_IMAGE}/members/?"), "plankton_members", PlanktonMembersView()),
    Route(re.compile(rf"{_IMAGE}/members/([^/]+)/?"), "plankton_member", PlanktonMemberView()),
    Route(re.compile(rf"{_ROOT}/shared-images/([^/]+)/?"), "plankton_shared", SharedImagesView()),
    Route(re.compile(rf"{_ROOT}(?:/.*)?"), "plankton_nothing", ElsewhereView(UnknownEndpointError)),
)
