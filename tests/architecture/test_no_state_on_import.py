"""Importing a module makes constants and no state (house rule 7).

What holds state is made by whoever puts the server together (``settings``, which is not looked at),
or by a function with ``functools.cache`` on its first use. The search follows names within one
module and the names of this project's classes; it cannot see what a call to a function returns.
"""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = (
    *("accounts", "audit", "bench", "blobs", "cluster", "files", "images", "management_api"),
    *("observability", "pithos_api", "server", "web"),
)
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

EXCEPTIONS = {
    # Nothing is in them until a thread puts in what is its own.
    "observability/request_context.py: _thread",
    "pithos_api/models/statements/prepared.py: _connection",
    "pithos_api/models/statements/time_limits.py: _limit",
    # Empty until ``install``, which whoever puts the server together calls.
    "observability/metrics.py: _Installed",
    "observability/in_flight.py: _InstalledBoard",  # the same
    # A body that is empty and complete: nothing ever changes it.
    "server/bodies/body.py: NO_BODY",
}

STATEFUL = {
    *("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Event", "Condition", "Barrier", "local"),
    *("Thread", "Timer", "ThreadPoolExecutor", "ProcessPoolExecutor", "Queue", "SimpleQueue"),
    *("deque", "OrderedDict", "defaultdict", "Counter", "bytearray", "count", "cycle", "mmap"),
    *("LRUCache", "TTLCache", "TLRUCache", "WeakKeyDictionary", "WeakValueDictionary"),
    *("Session", "socket", "open", "ContextVar", "Future", "TemporaryFile", "register_at_fork"),
}
MUTATORS = {
    *("append", "appendleft", "extend", "insert", "add", "discard", "remove", "pop", "popitem"),
    *("popleft", "clear", "update", "setdefault", "move_to_end", "sort", "reverse"),
}
COLLECTIONS = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp, ast.Call)


def sources() -> dict[str, ast.Module]:
    paths = chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES)
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for path in paths
        if "migrations" not in path.parts
    }


def called(node: ast.expr) -> str:
    """The last name of what is called: ``Lock`` of ``threading.Lock``."""
    if isinstance(node, ast.Subscript):
        return called(node.value)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def run_on_import(nodes: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module and of its classes' bodies, but not of functions."""
    for node in nodes:
        yield node
        for block in ("body", "orelse", "handlers", "finalbody"):
            if not isinstance(node, Function):
                yield from run_on_import(getattr(node, block, []))


def calls(node: ast.AST) -> Iterator[str]:
    """What evaluating the expression calls."""
    if isinstance(node, ast.Call):
        yield called(node.func)
    if not isinstance(node, Function):
        for child in ast.iter_child_nodes(node):
            yield from calls(child)


def changed(tree: ast.AST) -> Iterator[ast.expr]:
    """What is changed in place: stored to by index or attribute, deleted from, or told to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript | ast.Attribute) and is_bound(node):
            yield node.value
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in MUTATORS:
            assert isinstance(node.func, ast.Attribute)
            yield node.func.value


def own_names(function: ast.AST) -> set[str]:
    """The names that a function binds: its parameters and variables."""
    nodes = list(ast.walk(function))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and is_bound(node)}
    return bound | {node.arg for node in nodes if isinstance(node, ast.arg)}


def is_bound(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def changed_names(functions: list[ast.AST]) -> set[str]:
    """The names of the module that its functions change in place."""
    found: set[str] = set()
    for function in functions:
        names = {each.id for each in changed(function) if isinstance(each, ast.Name)}
        found |= names - own_names(function) if names else names
    return found - {"self", "cls"}


def holds_state(definition: ast.ClassDef) -> bool:
    """Whether an instance is changed after it was made, or has something that is."""
    for method in definition.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        if method.name in {"__init__", "__post_init__", "__new__"}:
            if STATEFUL & set(chain(*map(calls, method.body))):
                return True
        elif any(ast.unparse(each).split(".")[0] == "self" for each in changed(method)):
            return True
    return False


def stateful_classes(modules: dict[str, ast.Module]) -> set[str]:
    nodes = chain.from_iterable(map(ast.walk, modules.values()))
    definitions = [node for node in nodes if isinstance(node, ast.ClassDef)]
    found = {each.name for each in definitions if holds_state(each)} | STATEFUL
    while (
        more := {each.name for each in definitions if found & set(map(called, each.bases))} - found
    ):
        found |= more
    return found


def kept_on_import(tree: ast.Module, stateful: set[str]) -> Iterator[str]:
    """The names under which a module keeps state."""
    nodes = list(ast.walk(tree))
    touched = changed_names([node for node in nodes if isinstance(node, Function)])
    for node in nodes:
        if isinstance(node, ast.Global):
            yield from node.names
    for statement in run_on_import(tree.body):
        if isinstance(statement, ast.ClassDef) and statement.name in touched:
            yield statement.name
        value = getattr(statement, "value", None)
        if value is None or not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
            continue
        targets = getattr(statement, "targets", [getattr(statement, "target", value)])
        names = {ast.unparse(target) for target in targets}
        if stateful & set(calls(value)) or (isinstance(value, COLLECTIONS) and names & touched):
            yield from names


def test_importing_makes_no_state_but_for_what_is_listed():
    modules = sources()
    stateful = stateful_classes(modules)
    kept = {path: set(kept_on_import(tree, stateful)) for path, tree in modules.items()}
    found = {f"{path}: {name}" for path, names in kept.items() for name in names}
    assert found == EXCEPTIONS


@pytest.mark.parametrize(
    "source",
    [
        "_lock = threading.Lock()",
        "class A:\n    shared = deque()",
        "_seen = {}\ndef f(x):\n    _seen[x] = 1",
        "_seen: list[int] = []\ndef f(x):\n    _seen.append(x)",
        "_last = None\ndef f(x):\n    global _last",
        "class A:\n    def f(self):\n        self.n = 1\n_a = A()",
        "class A:\n    def __init__(self):\n        self.lock = Lock()\n_all = {'a': A()}",
        "class A(local): ...\n_a = A()",
        "class A:\n    found = None\ndef f(x):\n    A.found = x",
        "os.register_at_fork(after_in_child=f)",
    ],
)
def test_state_is_found(source):
    tree = ast.parse(source)
    assert list(kept_on_import(tree, stateful_classes({"": tree})))


@pytest.mark.parametrize(
    "source",
    [
        "_NAMES = {'a': 1}\ndef f(x):\n    return _NAMES[x]",
        "@cache\ndef _lock():\n    return Lock()",
        "class A:\n    def __init__(self):\n        self.n = 1\n_a = A()",
        "make = lambda: Lock()",
        "def f():\n    seen = {}\n    seen[1] = 2",
    ],
)
def test_constants_pass(source):
    tree = ast.parse(source)
    assert not list(kept_on_import(tree, stateful_classes({"": tree})))
