"""One name, one thing."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    *("accounts", "audit", "bench", "blobs", "cluster", "files", "images", "management_api"),
    *("observability", "openapi", "operators", "pithos_api"),
    *("server", "settings", "web"),
)
CLIENTS = ("clients",)  # a distribution of its own: its users see no other names
# Django finds these by their names.
DJANGOS = {"Command", "Meta", "Migration"}


def classes(rooms: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Name and place of every public class."""
    for path in (path for room in rooms for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, f"{path.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.parametrize(("rooms", "least"), [(ROOMS, 300), (CLIENTS, 20)])
def test_no_two_public_classes_have_the_same_name(rooms, least):
    places = defaultdict(list)
    for name, place in classes(rooms):
        places[name].append(place)
    assert len(places) > least
    assert not {name: at for name, at in places.items() if len(at) > 1 and name not in DJANGOS}


def test_every_room_is_looked_at():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == set(ROOMS)
