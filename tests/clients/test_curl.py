"""curl."""

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


def test_the_page_s_example(desk: Desk) -> None:
    told = desk.shell("curl", blocks("curl")[1])
    assert '"name":"a.txt"' in told
    assert told.endswith("some")
    text = desk.tree()["a.txt"]
    assert desk.tree("back") == {"a.txt": text}
    assert desk.stored("") == {"a.txt": text, "piped.txt": text}


def test_a_tree_goes_up_and_comes_back(desk: Desk) -> None:
    few = {name for name in desk.tree() if name.startswith("many/")}
    for name in few:
        (desk.place / "tree" / name).unlink()
    desk.shell("curl", TREE)
    assert desk.stored() == desk.tree("back/tree") == desk.tree()
