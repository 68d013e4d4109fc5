"""What is small is read at once: few modules a folder, few lines a file, few lines a function."""

import ast
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES, TESTS, LINES, FUNCTION_LINES = 15, 20, 400, 40
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
AT = {"pithos_client": "clients/pithos_client"}
ROOMS = [AT.get(room, room) for room in PROJECT["tool"]["importlinter"]["root_packages"]]
SOURCES = [
    path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_room_is_looked_at():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages | {*AT.values()} == set(ROOMS)
    assert all(any(path.is_relative_to(ROOT / room) for path in SOURCES) for room in ROOMS)


def test_no_folder_has_more_modules_than_somebody_remembers():
    modules = Counter(name_of(path.parent) for path in SOURCES if path.name != "__init__.py")
    assert not {folder: count for folder, count in modules.items() if count > MODULES}


def test_no_folder_of_tests_has_more_than_a_newcomer_looks_through():
    tests = Counter(name_of(path.parent) for path in (ROOT / "tests").rglob("test_*.py"))
    assert not {folder: count for folder, count in tests.items() if count > TESTS}


def test_no_file_is_long():
    lines = {name_of(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert not {name: count for name, count in lines.items() if count > LINES}


def test_no_function_is_long():
    functions = [
        (f"{name_of(path)}:{node.lineno}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(functions) > 1000
    assert not {name: count for name, count in functions if count > FUNCTION_LINES}
