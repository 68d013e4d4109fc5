"""docs/compatibility.md: each difference from Swift is shown by a test."""

import ast
import re
from pathlib import Path

from tests.docs.pages import ROOT

PAGE = ROOT / "docs/compatibility.md"
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[str]:
    """The lines of the tables of differences, without their heads."""
    lines = PAGE.read_text().partition("\n## Each point")[0].splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith("| |")]


def functions(file: Path) -> set[str]:
    """The tests of a file, empty if it is not there."""
    if not file.exists():
        return set()
    tree = ast.walk(ast.parse(file.read_text()))
    return {node.name for node in tree if isinstance(node, ast.FunctionDef)}


def test_every_difference_names_its_test():
    assert len(rows()) > 10
    assert [row for row in rows() if not _TEST.search(row.rsplit("|", 2)[1])] == []


def test_every_test_that_is_named_exists():
    named = _TEST.findall(PAGE.read_text())
    assert [
        f"{file}::{test}" for file, test in named if test not in functions(ROOT / "tests" / file)
    ] == []
