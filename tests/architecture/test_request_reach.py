"""A request is read at the door: below the view only values go on (house.md, rule 2)."""

import ast
from pathlib import Path

import pytest

from tests.architecture.calls import ROOT, given, reach

OBJECTS = [("pithos", "ObjectView"), ("swift", "SwiftObjectView")]
BELOW = ("services", "values", "models", "blocks", "http/parsing", "http/rendering")
MOST_FILES = 6


def view(dialect: str) -> Path:
    return ROOT / f"pithos_api/http/{dialect}/views/object.py"


@pytest.mark.parametrize(("dialect", "kind"), OBJECTS)
@pytest.mark.parametrize("verb", ["head", "get", "put", "post", "copy", "delete"])
def test_the_request_reaches_few_files(dialect: str, kind: str, verb: str) -> None:
    files = reach(view(dialect), kind, verb, "request")
    assert len(files) <= MOST_FILES, sorted(map(str, files))


def test_the_way_is_found_to_its_end() -> None:
    files = {str(each) for each in reach(view("pithos"), "ObjectView", "put", "request")}
    assert {"pithos_api/http/operations/table.py", "web/views.py", "web/bodies/body.py"} <= files


def test_what_is_made_later_of_a_request_counts_as_a_call() -> None:
    [call] = [n for n in ast.walk(ast.parse("partial(open, request)")) if isinstance(n, ast.Call)]
    assert [ast.unparse(target) for target, _ in given(call, "request")] == ["partial", "open"]


@pytest.mark.parametrize("room", BELOW)
def test_no_room_below_the_views_knows_requests(room: str) -> None:
    knowing = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "pithos_api" / room).rglob("*.py")
        if "WSGIRequest" in file.read_text()
    }
    assert not knowing
