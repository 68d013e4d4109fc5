"""What ``/compute`` leads to (contract b1, b2)."""

import re

from images.http.compute.views.discovery import ComputeVersionsView, ComputeVersionView
from images.http.compute.views.images import (
    ImagesView,
    ImageView,
    LinkedImagesView,
    LinkedImageView,
    NewImagesView,
    NewLinkedImagesView,
)
from images.http.compute.views.metadata import AllMetadataView, MetadataView, MetaView
from images.http.elsewhere import ElsewhereView
from web.errors import UnknownEndpointError
from web.protocols import Route

_FIRST, _SECOND = r"/compute/v1\.1", r"/compute/v2\.0"
# A suffix is the form of the reply, which the view reads of the path; a slash may end it.
_END = r"(?:/|\.json|\.xml)?"


def _first(path: str) -> re.Pattern[str]:
    return re.compile(f"{_FIRST}{path}{_END}")


def _second(path: str) -> re.Pattern[str]:
    return re.compile(f"{_SECOND}{path}/?")


ROUTES = (
    Route(_second("/images/detail"), "compute2_detail", LinkedImagesView(detail=True)),
    Route(_second("/images"), "compute2_images", NewLinkedImagesView(detail=False)),
    Route(_second(r"/images/([\w-]+)"), "compute2_image", LinkedImageView()),
    Route(_second(r"/images/([\w-]+)/metadata"), "compute2_metadata", AllMetadataView()),
    Route(_second(r"/images/([\w-]+)/metadata/([^/]+)"), "compute2_meta", MetaView()),
    Route(_first("/images/detail"), "compute_detail", ImagesView(detail=True)),
    Route(_first("/images"), "compute_images", NewImagesView(detail=False)),
    Route(_first(r"/images/([\w-]+)"), "compute_image", ImageView()),
    Route(_first(r"/images/([\w-]+)/meta"), "compute_metadata", MetadataView()),
    Route(_first(r"/images/([\w-]+)/meta/([^/]+?)"), "compute_meta", MetaView()),
    Route(re.compile(r"/compute/?"), "compute_versions", ComputeVersionsView()),
    Route(re.compile(r"/compute/(v1\.1|v2\.0)/?"), "compute_version", ComputeVersionView()),
    Route(re.compile(r"/compute/.*"), "compute_nothing", ElsewhereView(UnknownEndpointError)),
)
