"""A protocol is one folder and one line in PROTOCOLS: nobody else speaks of its paths."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.calls import ROOT, tree_of

IMAGES = ("compute", "glance", "plankton")

ROOMS = (
    *("accounts", "audit", "blobs", "cluster", "files", "images", "management_api"),
    *("observability", "pithos_api", "server", "settings", "web"),
)
FOLDERS = (
    *(f"pithos_api/http/{name}/" for name in ("pithos", "swift", "public", "links", "monitoring")),
    *(f"images/http/{name}/" for name in IMAGES),
)


# What else speaks of a protocol's paths, and why.
ALLOWED = {
    "settings/__init__.py": "the line in PROTOCOLS",
    "accounts/http/places.py": "catalogs and logins tell clients where their account is",
    "accounts/http/keystone/catalog.py": "the catalog names the services of the store",
    "accounts/logins/logins.py": "clients write the account of a login as they do in URLs",
    "accounts/users/users.py": "no account may be called like an account of Swift's URLs",
    "pithos_api/management/commands/serve.py": "tells who starts it where the account is",
    "pithos_api/values/paths.py": "Dialect: which fields a listing's SQL makes",
}
_SPEAKS = re.compile(
    r"^/?v1(?:\.0)?(?:/|$)|/v1/|auth_(?!token|user|hash|name)|^swift$|/image/|/compute/",
    re.IGNORECASE,
)
_IMPORTS = re.compile(
    r"pithos_api\.http\.(?:pithos|swift|public|links|monitoring)\b|images\.http\.(?:"
    + "|".join(IMAGES)
    + r")\b"
)


def literals(nodes: list[ast.AST]) -> Iterator[str]:
    """The strings of a program, without those that only describe."""
    told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def modules(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)


def speaks(tree: ast.AST) -> bool:
    """Whether a program names a protocol's paths or rooms."""
    nodes = list(ast.walk(tree))
    written = list(literals(nodes))
    return any(map(_SPEAKS.search, written)) or any(
        map(_IMPORTS.match, [*written, *modules(nodes)])
    )


def files() -> Iterator[str]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            name = str(file.relative_to(ROOT))
            if "/migrations/" not in name and not name.startswith(FOLDERS):
                yield name


def test_no_other_file_names_a_protocol() -> None:
    assert {name for name in files() if speaks(tree_of(ROOT / name))} <= ALLOWED.keys()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('path.removeprefix("AUTH_")', True),
        ('f"/v1/{account}"', True),
        ("from pithos_api.http.swift.routes import ROUTES", True),
        ('"""It is at /v1/AUTH_a."""', False),
        ('environ["HTTP_X_AUTH_TOKEN"]', False),
    ],
)
def test_what_names_a_protocol_is_told_from_what_does_not(text: str, found: bool) -> None:
    assert speaks(ast.parse(text)) is found


def test_the_folders_of_protocols_are_there() -> None:
    assert all(Path(ROOT, folder, "protocol.py").exists() for folder in FOLDERS)
