"""docs/api.md tells every method of every route."""

import re

import pytest

from tests.api.routes import VIEWS
from tests.docs.pages import ROOT

SECTIONS = {
    "TopView": "`/v1`",
    "AccountView": "Account: `/v1/A`",
    "ContainerView": "Container: `/v1/A/C`",
    "ObjectView": "Object: `/v1/A/C/O`",
    "PublicView": "Public objects: `/public/KEY`",
    "SwiftAccountView": "Swift's account: `/v1/AUTH_A`",
    "SwiftContainerView": "Swift's container: `/v1/AUTH_A/C`",
    "SwiftObjectView": "Swift's object: `/v1/AUTH_A/C/O`",
    "CapabilitiesView": "Capabilities: `/info`",
}


def told(heading: str) -> set[str]:
    """The methods that the first column of a section's table begins with."""
    page = (ROOT / "docs/api.md").read_text()
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([A-Z]+(?:, [A-Z]+)*)\b", section, re.MULTILINE)
    return {method for row in rows for method in row.split(", ")}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
def test_every_method_has_a_row(view):
    assert told(SECTIONS[type(view).__name__]) == set(view.allowed())
