"""changes, diff, restore, undo."""

import time

import pytest

from tests.api.client import Client
from tests.api.history.test_changes import moment
from tests.pithos_client.command.shell import Shell

pytestmark = pytest.mark.requirement("L24")


@pytest.fixture
def then(shell: Shell, box: Client) -> tuple[Shell, Client, str]:
    """A folder that was changed since a moment, and the moment."""
    box.put("c/f/text", b"one\ntwo\n")
    box.put("c/f/bytes", b"\0")
    box.put("c/file", b"old")
    at = f"{moment(box):.6f}"
    box.put("c/f/text", b"one\nthree\n")
    box.put("c/f/bytes", b"\0\1")
    box.put("c/f/new", b"new\n")
    box.put("c/file", b"newer")
    box.put("c/file2", b"beside")
    return shell, box, at


def test_changes_are_told(then: tuple[Shell, Client, str]) -> None:
    shell, _, at = then
    assert shell.ok("changes", "c/f", "--since", at).lines == [
        *("C f/bytes", "A f/new", "C f/text"),
    ]
    assert shell.ok("changes", "c/file", "--since", at).lines == ["C file"]
    [told] = shell.json("changes", "c/file", "--since", at)
    assert (told["size"], told["size_before"], told["change"]) == (5, 3, "changed")
    assert shell.ok("changes", "c", "--since", "1h ago", "--until", "30m ago").lines == []


def test_lines_that_differ_are_told(then: tuple[Shell, Client, str]) -> None:
    shell, _, at = then
    assert shell.ok("diff", "c/f", "--since", at).lines == [
        "c/f/bytes differs",
        *("--- c/f/new then", "+++ c/f/new now", "@@ -0,0 +1 @@", "+new"),
        *("--- c/f/text then", "+++ c/f/text now", "@@ -1,2 +1,2 @@", " one", "-two", "+three"),
    ]


def test_a_folder_is_rehearsed_restored_and_undone(then: tuple[Shell, Client, str]) -> None:
    shell, box, at = then
    counts = "2 restored, 0 recreated, 1 removed, 0 kept, 0 unchanged"
    assert shell.ok("restore", "-n", "--at", at, "c/f").lines == [f"c/f: would be {counts}"]
    assert shell.run("restore", "--at", at, "c/f").code == 2  # nobody can be asked
    assert box.get("c/f/text").body == b"one\nthree\n"
    [done] = shell.json("restore", "-y", "--at", at, "c/f")
    assert (box.get("c/f/text").body, box.get("c/f/new").status) == (b"one\ntwo\n", 404)
    assert box.get("c/file").body == b"newer"
    shell.ok(*done["undo"].split()[1:])
    assert (box.get("c/f/text").body, box.get("c/f/new").status) == (b"one\nthree\n", 200)
    shell.ok("restore", "-y", "--keep-newer", "--at", at, "c")
    assert (box.get("c/file").body, box.get("c/f/new").status) == (b"old", 200)


def test_the_last_change_is_undone_and_redone(then: tuple[Shell, Client, str]) -> None:
    shell, box, _ = then
    box.put("c/f", b"", {"Content-Type": "application/directory"})
    assert box.delete("c/f", delimiter="/").status == 204
    shell.ok("undo", "c/f/")
    assert box.names("c", prefix="f/") == ["f/bytes", "f/new", "f/text"]
    shell.ok("undo", "c/f/")
    assert box.names("c", prefix="f/") == []


def test_one_object_is_restored_and_undone(then: tuple[Shell, Client, str]) -> None:
    shell, box, at = then
    shell.ok("restore", "--at", at, "c/file")
    assert (box.get("c/file").body, box.get("c/file2").body) == (b"old", b"beside")
    shell.ok("undo", "c/file")
    assert box.get("c/file").body == b"newer"
    box.delete("c/file")
    shell.ok("undo", "c/file")
    assert box.get("c/file").body == b"newer"
    shell.ok("undo", "c/file2")
    assert box.get("c/file2").status == 404
    assert shell.run("restore", "--at", f"{time.time() - 9999}", "c/file").code == 3
