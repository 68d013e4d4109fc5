"""ls, du, stat, cat, find."""

import time

import pytest

from tests.api.client import Client
from tests.pithos_client.command.shell import Shell

pytestmark = pytest.mark.requirement("L24")


@pytest.fixture
def filled(shell: Shell, box: Client) -> Shell:
    box.put("c/a/rome.jpg", b"one", {"X-Object-Meta-Year": "2012"})
    box.put("c/a/b/paris.jpg", b"three")
    box.put("c/note", b"")
    return shell


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["ls"], ["c/"]),
        (["ls", "c"], ["a/", "note"]),
        (["ls", "c/a"], ["a/b/", "a/rome.jpg"]),
        (["ls", "c/a/"], ["a/b/", "a/rome.jpg"]),
        (["ls", "-R", "c"], ["a/b/paris.jpg", "a/rome.jpg", "note"]),
        (["ls", "c/note", "c/a/b"], ["note", "a/b/paris.jpg"]),
        (["find", "c", "--name", "*.jpg"], ["a/b/paris.jpg", "a/rome.jpg"]),
        (["find", "c", "--meta", "year>2011"], ["a/rome.jpg"]),
        (["find", "c/a", "--since", "1h ago"], ["a/b/paris.jpg", "a/rome.jpg"]),
        (["find", "c", "--since", "2999-01-01"], []),
        (["du", "c/a"], ["        8 B          2 objects  c/a"]),
        (["cat", "c/a/rome.jpg", "c/note", "c/a/b/paris.jpg"], ["onethree"]),
    ],
)
def test_what_is_there_is_read(filled: Shell, words: list[str], lines: list[str]) -> None:
    assert filled.ok(*words).lines == lines


def test_a_long_list_tells_size_and_time(filled: Shell) -> None:
    [folder, note] = filled.ok("ls", "-l", "c").lines
    assert (folder.split(), note.split()[:2]) == (["a/"], ["0", "B"])
    [told] = filled.json("ls", "c/a/rome.jpg")
    assert abs(told["modified"] - time.time()) < 60
    assert (told["bytes"], told["container"], len(told["hash"])) == (3, "c", 64)


def test_stat_tells_all(filled: Shell) -> None:
    [thing, box] = filled.json("stat", "c/a/rome.jpg", "c")
    assert (thing["meta"], thing["bytes"]) == ({"Year": "2012"}, 3)
    assert (box["objects"], box["bytes"]) == (3, 8)
    assert "md5: f97c5d29941bfb1b2fdab0874906ab82" in filled.ok("stat", "c/a/rome.jpg").lines


def test_the_past_is_read(filled: Shell, box: Client) -> None:
    [told] = filled.json("find", "c", "--name", "note")
    then = f"{told['modified'] + 0.001}"
    box.put("c/note", b"later")
    box.delete("c/a/rome.jpg")
    assert filled.ok("cat", "--at", then, "c/note").out == b""
    assert filled.ok("cat", "--at", then, "c/a/rome.jpg").out == b"one"
    assert filled.ok("ls", "--at", then, "-R", "c/a").lines == ["a/b/paris.jpg", "a/rome.jpg"]
    assert filled.ok("cat", "--version", str(told["version"]), "c/note").out == b""
    assert filled.run("ls", "--at", "yesterday", "c").code == 3


def test_colours_are_for_terminals_without_no_color(filled: Shell) -> None:
    assert b"\x1b[" in filled.typed("ls", "c").out
    assert b"\x1b[" not in filled.ok("ls", "c").out
    filled.env = {"NO_COLOR": "1"}
    assert b"\x1b[" not in filled.typed("ls", "c").out
