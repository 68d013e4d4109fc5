"""docs/api.md tells every method of every route, docs/images.md and docs/blobs.md their own."""

import re

import pytest

from tests.api.routes import BLOB_VIEWS, IMAGE_VIEWS, VIEWS
from tests.docs.pages import ROOT

SECTIONS = {
    "TopView": "`/v1`",
    "AccountView": "Account: `/v1/A`",
    "ContainerView": "Container: `/v1/A/C`",
    "ObjectView": "Object: `/v1/A/C/O`",
    "PublicView": "Public objects: `/public/KEY`",
    "LinkView": "Behind a link: `/s/KEY`",
    "SwiftAccountView": "Swift's account: `/v1/AUTH_A`",
    "SwiftContainerView": "Swift's container: `/v1/AUTH_A/C`",
    "SwiftObjectView": "Swift's object: `/v1/AUTH_A/C/O`",
    "CapabilitiesView": "Capabilities: `/info`",
}
OF_IMAGES = {
    "PlanktonImagesView": "Plankton: `/image/v1/images/`",
    "PlanktonDetailView": "Plankton: `/image/v1/images/detail`",
    "PlanktonImageView": "Plankton: `/image/v1/images/ID`",
    "PlanktonMembersView": "Plankton: `/image/v1/images/ID/members`",
    "PlanktonMemberView": "Plankton: `/image/v1/images/ID/members/ACCOUNT`",
    "SharedImagesView": "Plankton: `/image/v1/shared-images/ACCOUNT`",
    "GlanceImagesView": "Glance: `/image/v2/images`",
    "GlanceImageView": "Glance: `/image/v2/images/ID`",
    "GlanceDataView": "Glance: `/image/v2/images/ID/file`",
    "GlanceTagView": "Glance: `/image/v2/images/ID/tags/TAG`",
    "GlanceActionView": "Glance: `/image/v2/images/ID/actions/ACTION`",
    "GlanceMembersView": "Glance: `/image/v2/images/ID/members`",
    "GlanceMemberView": "Glance: `/image/v2/images/ID/members/ACCOUNT`",
    "GlanceSchemaView": "Glance: `/image/v2/schemas/NAME`",
    "NewImagesView": "Compute: `/compute/v1.1/images`",
    "ImagesView": "Compute: `/compute/v1.1/images/detail`",
    "ImageView": "Compute: `/compute/v1.1/images/ID`",
    "MetadataView": "Compute: `/compute/v1.1/images/ID/meta`",
    "MetaView": "Compute: `/compute/v1.1/images/ID/meta/KEY`, in v2.0 `…/metadata/KEY`",
    "NewLinkedImagesView": "Compute: `/compute/v2.0/images`",
    "LinkedImagesView": "Compute: `/compute/v2.0/images/detail`",
    "LinkedImageView": "Compute: `/compute/v2.0/images/ID`",
    "AllMetadataView": "Compute: `/compute/v2.0/images/ID/metadata`",
    "ComputeVersionsView": "Compute: `/compute/`",
    "ComputeVersionView": "Compute: `/compute/v1.1`, `/compute/v2.0`",
    "GlanceVersionsView": "Glance: `/image/`, `/image/versions`",
}

OF_BLOBS = {
    "BlobsView": "Blobs: `/blobs/USER`",
    "BlobView": "Blob: `/blobs/USER/ID`",
    "BlobStreamView": "Blob streams: `/stream/USER`",
    "IncomingView": "Incoming blobs: `/incoming/USER/ID`",
}


def told(heading: str, page_name: str = "api") -> set[str]:
    """The methods that the first column of a section's table begins with."""
    page = (ROOT / f"docs/{page_name}.md").read_text()
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    rows = re.findall(r"^\| ([A-Z]+(?:, [A-Z]+)*)\b", section, re.MULTILINE)
    return {method for row in rows for method in row.split(", ")}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
def test_every_method_has_a_row(view):
    assert told(SECTIONS[type(view).__name__]) == set(view.allowed())


@pytest.mark.parametrize("view", IMAGE_VIEWS, ids=lambda view: type(view).__name__)
def test_every_method_of_images_has_a_row(view):
    heading = OF_IMAGES.get(type(view).__name__)  # ElsewhereView has none, nor methods
    assert (told(heading, "images") if heading else set()) == set(view.allowed())


@pytest.mark.parametrize("view", BLOB_VIEWS, ids=lambda view: type(view).__name__)
def test_every_method_of_blobs_has_a_row(view):
    assert told(OF_BLOBS[type(view).__name__], "blobs") == set(view.allowed())
