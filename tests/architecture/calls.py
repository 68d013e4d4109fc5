"""Where a value goes: from a method through the calls that are given it, file by file."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef
Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Found:
    """A definition and the file that it is in."""

    file: Path
    node: Definition


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def file_of(module: str) -> Path | None:
    """The file of a module of ours, None for one of others."""
    place = ROOT / module.replace(".", "/")
    return next(
        (each for each in (place.with_suffix(".py"), place / "__init__.py") if each.exists()), None
    )


def imported(file: Path, name: str) -> tuple[str, str] | None:
    """The module and the name in it that ``name`` stands for; "" for the whole module."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) != name:
                    continue
                if isinstance(node, ast.Import):
                    return alias.name, ""
                whole = f"{node.module}.{alias.name}"
                return (whole, "") if file_of(whole) else (str(node.module), alias.name)
    return None


def find(file: Path, name: str) -> Found | None:
    """What a name of a module stands for: a function or class, or the class of what it holds."""
    for node in tree_of(file).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return Found(file, node)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            made = node.value.func if isinstance(node.value, ast.Call) else node.value
            made = made.value if isinstance(made, ast.Subscript) else made
            return find(file, made.id) if isinstance(made, ast.Name) else None
    place = imported(file, name)
    target = file_of(place[0]) if place else None
    return find(target, place[1]) if place and target and place[1] else None


def method(found: Found, name: str) -> Found | None:
    """A method of a class or of those that it is made of."""
    assert isinstance(found.node, ast.ClassDef)
    for node in found.node.body:
        if isinstance(node, Function) and node.name == name:
            return Found(found.file, node)
    bases = [find(found.file, base.id) for base in found.node.bases if isinstance(base, ast.Name)]
    return next((got for base in bases if base and (got := method(base, name))), None)


def resolve(file: Path, owner: Found | None, called: ast.expr) -> Found | None:
    """What is called, as far as names tell."""
    if isinstance(called, ast.Name):
        return find(file, called.id)
    if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)):
        return None
    holder = called.value.id
    if holder == "self" and owner:
        return method(owner, called.attr)
    place = imported(file, holder)
    if place and not place[1] and (module := file_of(place[0])):
        return find(module, called.attr)
    found = find(file, holder)
    return method(found, called.attr) if found and isinstance(found.node, ast.ClassDef) else None


def given(call: ast.Call, name: str) -> list[tuple[ast.expr, int]]:
    """What the call hands ``name`` to, and as which argument; ``partial(f, name)`` calls f."""
    places = [
        at for at, each in enumerate(call.args) if isinstance(each, ast.Name) and each.id == name
    ]
    made = [(each, 0) for each in call.args if isinstance(each, ast.Name) and each.id != name]
    return [(call.func, at) for at in places] + (made if places else [])


def reach(file: Path, kind: str, verb: str, name: str) -> set[Path]:
    """The files whose functions get the value that a method of a class calls ``name``."""
    owner = find(file, kind)
    assert owner
    start = method(owner, verb)
    assert start
    seen: set[tuple[Path, str, str]] = set()
    waiting: list[tuple[Found, Found | None, str]] = [(start, owner, name)]
    while waiting:
        found, within, known = waiting.pop()
        if (found.file, found.node.name, known) in seen:
            continue
        seen.add((found.file, found.node.name, known))
        for call in (node for node in ast.walk(found.node) if isinstance(node, ast.Call)):
            for target, at in given(call, known):
                waiting += follow(resolve(found.file, within, target), at)
    return {place.relative_to(ROOT) for place, _, _ in seen}


def follow(found: Found | None, at: int) -> list[tuple[Found, Found | None, str]]:
    """A function that is given a value, and what it calls its parameter."""
    if found is None or not isinstance(found.node, Function):
        return []
    names = [each.arg for each in found.node.args.args]
    is_method = bool(names) and names[0] == "self"
    names = names[1:] if is_method else names
    return [(found, None, names[at])] if at < len(names) else []
