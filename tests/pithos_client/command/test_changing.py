"""cp, mv, rm, mkdir."""

import shlex

import pytest

from tests.api.client import Client
from tests.pithos_client.command.shell import Shell

pytestmark = pytest.mark.requirement("L24")


@pytest.fixture
def filled(shell: Shell, box: Client) -> Shell:
    for name in ("a/x", "a/b/y", "a", "ab"):
        box.put(f"c/{name}", name.encode())
    box.put("d")
    return shell


def names(shell: Shell, container: str = "c") -> list[str]:
    return shell.ok("ls", "-R", container).lines


@pytest.mark.parametrize(
    ("words", "container", "then"),
    [
        (["cp", "c/ab", "c/new"], "c", ["a", "a/b/y", "a/x", "ab", "new"]),
        (["cp", "c/ab", "d"], "d", ["ab"]),
        (["cp", "c/a/x", "d/into/"], "d", ["into/x"]),
        (["cp", "-r", "c/a", "d"], "d", ["a", "a/b/y", "a/x"]),
        (["cp", "-r", "c/a", "d/e"], "d", ["e", "e/b/y", "e/x"]),
        (["cp", "-r", "c", "d"], "d", ["a", "a/b/y", "a/x", "ab"]),
        (["mv", "c/ab", "c/new"], "c", ["a", "a/b/y", "a/x", "new"]),
        (["mv", "-r", "c/a", "c/z"], "c", ["ab", "z", "z/b/y", "z/x"]),
        (["rm", "c/ab", "c/a/x"], "c", ["a", "a/b/y"]),
        (["rm", "-r", "c/a"], "c", ["ab"]),
        (["mkdir", "d/f", "d/f"], "d", ["f"]),
    ],
)
def test_the_store_does_it(
    filled: Shell, words: list[str], container: str, then: list[str]
) -> None:
    filled.ok(*words)
    assert names(filled, container) == then


@pytest.mark.parametrize("words", [["rm", "c/ab"], ["rm", "-r", "c/a"], ["rm", "c/a/x"]])
def test_rm_says_how_to_undo(filled: Shell, box: Client, words: list[str]) -> None:
    before = names(filled)
    [told] = filled.json(*words)
    assert names(filled) != before
    filled.ok(*shlex.split(told["undo"])[1:])
    assert names(filled) == before
    assert box.get("c/a/x").body == b"a/x"


def test_containers_come_and_go(filled: Shell) -> None:
    filled.ok("mkdir", "e", "e")
    filled.ok("rm", "-r", "c")
    assert filled.ok("ls").lines == ["d/", "e/"]


def test_a_folder_is_not_moved_into_itself(filled: Shell) -> None:
    assert filled.run("mv", "-r", "c/a", "c/a/in").code == 2
    assert filled.run("mkdir", "c/ab").code == 1
    assert filled.run("cp", "c/none", "c/x").code == 3
    assert names(filled) == ["a", "a/b/y", "a/x", "ab"]


def test_somebody_elses_object_is_copied_here(filled: Shell, new_user) -> None:
    olga = new_user()
    olga.put("hers")
    olga.put("hers/o", b"olga's", {"X-Object-Sharing": f"read={filled.account}"})
    filled.ok("cp", f"/{olga.account}/hers/o", "d")
    assert filled.ok("cat", "d/o").out == b"olga's"
    assert filled.run("rm", f"/{olga.account}/hers/o").code == 4
