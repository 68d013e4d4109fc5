"""SQL is put together in models/statements alone; services run what they are given."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "pithos_api"
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|COPY|TRUNCATE|SET LOCAL)\s")

EXCEPTIONS = {
    "services/locks.py",  # one call for each of the locks
    "services/operations/backups/tables.py",  # all tables there are, by their names
    "services/operations/statistics.py",  # samples of tables, by their names
}


def edits_sql(source: str) -> bool:
    """Whether a text of SQL is made of others: formatted, joined, replaced in."""
    return any(map(is_edited, ast.walk(ast.parse(source))))


def is_edited(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        edits = getattr(node.func, "attr", "") in {"format", "replace", "join"}
        return edits and SQL.search(ast.unparse(node)) is not None
    return isinstance(node, ast.JoinedStr | ast.BinOp) and bool(SQL.search(ast.unparse(node)))


def test_only_statements_are_put_together():
    rooms = [ROOT / room for room in ("blocks", "http", "services", "values")]
    paths = [path for room in rooms for path in room.rglob("*.py")]
    found = {str(path.relative_to(ROOT)) for path in paths if edits_sql(path.read_text())}
    assert found == EXCEPTIONS


@pytest.mark.parametrize(
    ("source", "edited"),
    [
        ("f'SELECT {columns} FROM t'", True),
        ("'SELECT %s FROM t'.format(columns)", True),
        ("'SELECT a ' + rest", True),
        ("' UNION ALL '.join(['SELECT 1 ', more])", True),
        ("cursor.execute('SELECT a FROM t WHERE b = %s', [b])", False),
        ("f'{count} objects with a copy'", False),
    ],
)
def test_what_is_put_together_is_found(source, edited):
    assert edits_sql(source) is edited
