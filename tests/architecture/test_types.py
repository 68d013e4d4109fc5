"""Signatures say what they take and return: few of them say Any."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_PERCENT = 3.0

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    """Every function of the root packages, with where it stands."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for package in configuration["tool"]["importlinter"]["root_packages"]:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, Function):
                    yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def annotations(function: Function) -> list[ast.expr]:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    found = [each.annotation for each in arguments if each is not None]
    return [each for each in (*found, function.returns) if each is not None]


def is_loose(annotation: ast.expr) -> bool:
    """Whether it says Any anywhere, or is nothing but object."""
    names = [node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)]
    return "Any" in names or ast.unparse(annotation) == "object"


def test_few_signatures_say_any() -> None:
    every = list(functions())
    loose = [place for place, each in every if any(map(is_loose, annotations(each)))]
    assert len(every) > 1500
    assert 100 * len(loose) / len(every) <= MOST_PERCENT, "\n".join(loose)


def test_what_says_any_is_found() -> None:
    text = "def f(a: int, *b: dict[str, Any]) -> None: ...\ndef g(a: list[object]) -> int: ..."
    one, other = (each for each in ast.parse(text).body if isinstance(each, Function))
    assert any(map(is_loose, annotations(one)))
    assert not any(map(is_loose, annotations(other)))
