"""The project's pages and the code blocks in them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OUTPUT = re.compile(r"\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A block of shell commands. output: what the page says it prints, None if it does not say."""

    code: str
    output: str | None


def examples(page: Path) -> list[Example]:
    """The page's blocks marked ``sh``, in order."""
    text = page.read_text()
    found = []
    for fence in _FENCE.finditer(text):
        if fence[1] == "sh":
            output = _OUTPUT.match(text, fence.end())
            found.append(Example(fence[2], output[1] if output else None))
    return found


def prose(page: Path) -> str:
    """The page without code blocks and code spans."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text()))


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))
