"""Above the models a row of the database is read by its fields' names, never by position."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("accounts", "audit", "observability", "pithos_api", "web")
BELOW = ROOT / "pithos_api" / "models"
FINDING = {"one", "all", "fetchone", "fetchall", "values_list"}
CALLED_SO = {"row", "rows", "batch"}


def sources() -> list[Path]:
    every = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [path for path in every if BELOW not in path.parents and "migrations" not in path.parts]


def holds_rows(node: ast.AST) -> bool:
    """Whether it is a row or several, by its name or by what it calls."""
    if isinstance(node, ast.BoolOp):
        return any(map(holds_rows, node.values))
    if isinstance(node, ast.Subscript):
        return holds_rows(node.value)
    if isinstance(node, ast.Call):
        found = node.func
        names = {key.arg for key in node.keywords}
        return isinstance(found, ast.Attribute) and found.attr in FINDING and "flat" not in names
    return isinstance(node, ast.Name) and node.id in CALLED_SO


def pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is unpacked into several, and into what."""
    if isinstance(node, ast.Assign):
        yield from ((node.value, target) for target in node.targets)
    if isinstance(node, ast.For | ast.comprehension):
        yield node.iter, node.target


def positions(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that read rows by position."""
    for node in ast.walk(tree):
        for value, target in pairs(node):
            several = isinstance(target, ast.Tuple | ast.List) and len(target.elts) > 1
            if several and holds_rows(value):
                yield value.lineno
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Subscript | ast.Name):
            name = node.value if isinstance(node.value, ast.Name) else node.value.value
            one = isinstance(node.value, ast.Subscript) or getattr(name, "id", "") == "row"
            if one and holds_rows(name) and isinstance(node.slice, ast.Constant | ast.Slice):
                yield node.lineno


@pytest.mark.parametrize(
    "text",
    [
        "row[0]",
        "row[:9]",
        "rows[-1][1]",
        "a, b = row or (0, 0)",
        "a, *b = statement.one(wanted)",
        "[a for a, b in statement.all(wanted)]",
        "for a, b in rows: pass",
    ],
)
def test_positions_are_found(text: str) -> None:
    assert list(positions(ast.parse(text))) == [1]


def test_no_row_is_read_by_position() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line in positions(ast.parse(path.read_text()))
    ]
    assert found == []
