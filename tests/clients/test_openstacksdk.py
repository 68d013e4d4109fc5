"""The OpenStack SDK."""

import pytest

from tests.clients.conftest import Desk

UP = """
from pathlib import Path

connection.create_container("photos")
for path in Path("tree").rglob("*"):
    if path.is_file():
        connection.create_object("photos", str(path), str(path), md5=None)
print(len(list(connection.list_objects("photos"))))
connection.update_object("photos", "tree/a.txt", color="red")
"""
BACK = """
from pathlib import Path

for each in connection.list_objects("photos"):
    target = Path("back") / each.name
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.get_object("photos", each.name, outfile=str(target))
"""
SEGMENTS = """
connection.create_container("photos")
connection.create_object(
    "photos", "big", "tree/more than one", segment_size=1_000_000, use_slo={use_slo}
)
print(len(list(connection.list_objects("photos"))))
"""
EMPTY = """
for each in connection.list_objects("photos"):
    assert connection.delete_object("photos", each.name)
assert connection.delete_container("photos")
"""


def sdk(desk: Desk, script: str) -> list[str]:
    return desk.python("OpenStack SDK", script).split()


def test_a_tree_goes_up_comes_back_and_is_deleted(desk: Desk) -> None:
    for path in desk.place.glob("tree/**/*%*"):
        path.unlink()  # the SDK takes %41 in a name for an A
    assert sdk(desk, UP) == [str(len(desk.tree()))]
    assert desk.api.head("photos/tree/a.txt")["X-Object-Meta-Color"] == "red"
    assert desk.stored() == desk.tree()
    sdk(desk, BACK)
    assert desk.tree("back/tree") == desk.tree()
    sdk(desk, EMPTY)
    assert desk.api.names("") == []


def test_static_segments(desk: Desk) -> None:
    assert sdk(desk, SEGMENTS.format(use_slo=True)) == ["6"]
    assert desk.api.get("photos/big").body == desk.tree()["more than one"]
    sdk(desk, "assert connection.delete_object('photos', 'big')")
    assert desk.api.names("photos") == []


def test_dynamic_segments(desk: Desk) -> None:
    assert sdk(desk, SEGMENTS.format(use_slo=False)) == ["6"]
    assert desk.api.get("photos/big").body == desk.tree()["more than one"]


VERSIONS = """
connection.create_container("photos")
store = connection.object_store
store.post("/photos", headers={"X-Versions-Enabled": "true"})
for text in ("one", "two"):
    connection.create_object("photos", "o", data=text)
assert store.head("/photos").headers["X-Versions-Enabled"] == "True"
_, first = store.get("/photos?versions&format=json").json()
version = f"/photos/o?version-id={first['version_id']}"
print(store.get(version).text, connection.get_object("photos", "o")[1])
store.put(version)
print(connection.get_object("photos", "o")[1])
for each in store.get("/photos?versions&format=json").json():
    store.delete(f"/photos/o?version-id={each['version_id']}")
"""


@pytest.mark.requirement("S36", "S37", "S40")
def test_versions(desk: Desk) -> None:
    assert sdk(desk, VERSIONS) == ["one", "two", "one"]
    assert desk.api.delete("photos").status == 204


WEBSITE = """
connection.create_container("site", public=True)
connection.update_container("site", {"X-Container-Meta-Web-Index": "index.html"})
connection.create_object("site", "index.html", data=b"<h1>Hello</h1>")
print(connection.get_container_access("site"))
"""


@pytest.mark.requirement("S70", "S73")
def test_a_website(desk: Desk) -> None:
    assert sdk(desk, WEBSITE) == ["public"]
    assert desk.api.anonymous("GET", "site/").body == b"<h1>Hello</h1>"
    assert [*desk.api.get("site").lines] == ["index.html"]
