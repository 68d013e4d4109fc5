"""The configurations and examples of docs/clients.md and docs/images.md."""

import re
from pathlib import Path

from tests.api.server import ROOT

PAGE = ROOT / "docs/clients.md"
IMAGES = ROOT / "docs/images.md"
_BLOCK = re.compile(r"^```(?:sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections(page: Path = PAGE) -> list[str]:
    """The headings of a page that have code: one for each client."""
    headings = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
    return [heading for heading in headings if blocks(heading, page)]


def blocks(section: str, page: Path = PAGE) -> list[str]:
    """The code of a section: first the configuration, then what may be done with it."""
    text = page.read_text().partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return _BLOCK.findall(text)
