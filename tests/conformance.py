"""docs/conformance.md: every requirement of the contract with the tests that show it.

``python -m tests.conformance`` writes the page, and the end of docs/compatibility.md, which has
the points of Swift's dialect alone; tests/architecture compares them.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/conformance.md"
COMPATIBILITY = ROOT / "docs/compatibility.md"
REQUIREMENTS = ROOT / "docs/requirements.txt"
_MARK = "pytest.mark.requirement"
_HEAD = """\
# Conformance

What the store promises its clients, and the tests that show it. [The list](requirements.txt) is
kept by hand; a test names what it shows with `@pytest.mark.requirement("R1")`; this page is made
by `make conformance`, and a test fails when it is out of date or a requirement has no test.
"""

_SAME = """\
## Each point of the contract

What programs written for Swift rely on, with the tests that show it. `make conformance` writes
this part.
"""


@dataclass(frozen=True)
class Shown:
    """A test function in a file (relative to the project) and the requirements it shows."""

    file: str
    test: str
    numbers: tuple[str, ...]


def requirements() -> dict[str, dict[str, str]]:
    """Section → number → what is required, in the order of the list."""
    sections: dict[str, dict[str, str]] = {}
    for line in REQUIREMENTS.read_text().splitlines():
        first, _, rest = line.partition(" ")
        if first == "#":
            sections[rest] = current = {}
        elif first:
            assert first not in known(sections), f"{first} is twice in {REQUIREMENTS.name}"
            current[first] = rest
    return sections


def known(sections: dict[str, dict[str, str]]) -> set[str]:
    """Every number in the list."""
    return {number for section in sections.values() for number in section}


@cache
def marked_tests() -> tuple[Shown, ...]:
    """Every test that shows requirements, file by file."""
    found: list[Shown] = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text()
        if _MARK in text:
            found += marked_in(ast.parse(text), str(path.relative_to(ROOT)))
    return tuple(found)


def marked_in(module: ast.Module, file: str) -> Iterator[Shown]:
    """The marked tests of one module: by decorators, their parameters, or ``pytestmark``."""
    of_all = [
        number
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
        for number in _numbers(node.value)
    ]
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            own = [number for mark in node.decorator_list for number in _numbers(mark)]
            if own or of_all:
                yield Shown(file, node.name, (*of_all, *own))


def _numbers(tree: ast.expr) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == _MARK:
            yield from (ast.literal_eval(argument) for argument in node.args)


def shown_by() -> dict[str, list[Shown]]:
    """Number → the tests that show it."""
    found: dict[str, list[Shown]] = defaultdict(list)
    for test in marked_tests():
        for number in dict.fromkeys(test.numbers):
            found[number].append(test)
    return found


def page() -> str:
    """The page as it ought to be."""
    found = shown_by()
    lines = [_HEAD]
    for section, rows in requirements().items():
        lines += [f"## {section}\n", "| | the store | shown by |", "|---|---|---|"]
        lines += [f"| {n} | {text} | {_cell(found.get(n, []))} |" for n, text in rows.items()]
        lines.append("")
    return "\n".join(lines)


def compatibility() -> str:
    """docs/compatibility.md as it ought to be: behind its heading each point of Swift's dialect."""
    kept = COMPATIBILITY.read_text().partition(_SAME)[0]
    found = shown_by()
    lines = [f"{kept}{_SAME}"]
    for section, rows in requirements().items():
        if section.startswith("Swift's dialect: "):
            title = section.partition(": ")[2]
            lines += [f"\n### {title[0].upper()}{title[1:]}\n", "| | the store | shown by |"]
            lines.append("|---|---|---|")
            lines += [f"| {n} | {text} | {_cell(found.get(n, []))} |" for n, text in rows.items()]
    return "\n".join(lines) + "\n"


def _cell(tests: list[Shown]) -> str:
    files: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        files[test.file].append(f"`{test.test}`")
    return "<br>".join(
        f"[{file.removeprefix('tests/')}](../{file}): {', '.join(names)}"
        for file, names in files.items()
    )


if __name__ == "__main__":
    PAGE.write_text(page())
    COMPATIBILITY.write_text(compatibility())
