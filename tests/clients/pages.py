"""The configurations and examples of docs/clients.md."""

import re

from tests.api.server import ROOT

PAGE = ROOT / "docs/clients.md"
_BLOCK = re.compile(r"^```(?:sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections() -> list[str]:
    """The headings of the page, one for each client."""
    return re.findall(r"^## (.+)$", PAGE.read_text(), re.MULTILINE)


def blocks(section: str) -> list[str]:
    """The code of a section: first the configuration, then what may be done with it."""
    text = PAGE.read_text().partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return _BLOCK.findall(text)
