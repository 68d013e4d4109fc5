"""Apache Libcloud's Swift driver.

Its uploads of generators fail in the driver itself, which hashes them after they are used up.
"""

from tests.clients.conftest import Desk

UP = """
from pathlib import Path

container = driver.create_container("photos")
for path in Path("tree").rglob("*"):
    if path.is_file():
        driver.upload_object(str(path), container, str(path), extra={"meta_data": {"n": "1"}})
assert [each.name for each in driver.list_containers()] == ["photos"]
print(len(container.list_objects(prefix="tree/many/")))
"""
# The driver puts names into paths as they are when it downloads.
BACK = """
from pathlib import Path

for each in driver.get_container("photos").list_objects():
    if each.name.isascii() and not {" ", "%"} & set(each.name):
        target = Path("back") / each.name
        target.parent.mkdir(parents=True, exist_ok=True)
        assert each.download(str(target))
"""
EMPTY = """
container = driver.get_container("photos")
for each in container.list_objects():
    assert each.delete()
assert container.delete()
assert driver.list_containers() == []
"""


def test_a_tree_goes_up_comes_back_and_is_deleted(desk: Desk) -> None:
    assert desk.python("Apache Libcloud", UP).split() == ["60"]
    assert desk.api.head("photos/tree/a.txt")["X-Object-Meta-N"] == "1"
    before = desk.tree()
    assert desk.stored() == before
    desk.python("Apache Libcloud", BACK)
    plain = {name for name in before if name.isascii() and not {" ", "%"} & set(name)}
    assert desk.tree("back/tree") == {name: before[name] for name in plain}
    desk.python("Apache Libcloud", EMPTY)
    assert desk.api.names("") == []
