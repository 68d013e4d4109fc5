"""curl."""

import pytest

from tests.clients.conftest import TREE as FILES
from tests.clients.conftest import Desk
from tests.clients.pages import blocks

TREE = """
api -X PUT $STORAGE/photos
find tree -type f -print0 | while IFS= read -r -d '' path; do
    name=$(python -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1]))' "$path")
    api -T "$path" "$STORAGE/photos/$name"
    api --create-dirs -o "back/$path" "$STORAGE/photos/$name"
done
"""


CREATED = f"Number Files Created: {len(FILES)}\n"


@pytest.mark.requirement("S60")
def test_the_page_s_example(desk: Desk) -> None:
    told = desk.shell("curl", blocks("curl")[1])
    assert '"name":"a.txt"' in told
    assert f"some{CREATED}" in told
    text = desk.tree()["a.txt"]
    assert desk.tree("back") == {"a.txt": text}
    assert desk.stored("archive/tree/") == desk.tree()
    names = [name for name in desk.stored("") if not name.startswith("archive/")]
    assert names == ["a.txt", "piped.txt"]


def test_a_tree_goes_up_and_comes_back(desk: Desk) -> None:
    few = {name for name in desk.tree() if name.startswith("many/")}
    for name in few:
        (desk.place / "tree" / name).unlink()
    desk.shell("curl", TREE)
    assert desk.stored() == desk.tree("back/tree") == desk.tree()
