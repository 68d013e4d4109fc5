"""sync."""

import signal
import time

import pytest

from tests.api.client import Client
from tests.pithos_client.command.shell import Shell


def write(shell: Shell, name: str, text: str) -> None:
    path = shell.home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.requirement("L24")
def test_a_folder_goes_there_and_comes_back(shell: Shell, box: Client) -> None:
    write(shell, "here/f/a", "one")
    assert shell.ok("sync", "-n", "here", "c/home").out == b"upload: f/a\n"
    assert box.names("c") == []
    assert shell.ok("sync", "here", "c/home").out == b"upload: f/a\n"
    (shell.home / "there").mkdir()
    assert shell.ok("sync", "there", "c/home").out == b"download: f/a\n"
    (shell.home / "there/f/a").rename(shell.home / "there/b")
    assert shell.ok("sync", "there", "c/home").out == b"move on the server: f/a -> b\n"
    assert shell.json("sync", "here", "c/home") == [
        {"action": "move here", "name": "b", "source": "f/a"}
    ]
    assert shell.ok("sync", "here", "c/home").out == b""
    assert box.names("c") == ["home/b"]


@pytest.mark.requirement("L24")
def test_one_way_deletes_only_if_it_is_told_to(shell: Shell, box: Client) -> None:
    write(shell, "here/a", "one")
    shell.ok("sync", "here", "new")
    (shell.home / "here/a").unlink()
    assert shell.ok("sync", "--push", "here", "new").out == b""
    assert box.names("new") == ["a"]
    assert shell.ok("sync", "--push", "--delete", "here", "new").out == b"delete on the server: a\n"
    assert box.names("new") == []


@pytest.mark.parametrize("wrong", [["--push", "--pull"], ["--delete"]])
def test_options_that_contradict_each_other_are_wrong_usage(shell: Shell, wrong: list[str]) -> None:
    (shell.home / "here").mkdir()
    assert shell.run("sync", *wrong, "here", "c").code == 2


@pytest.mark.requirement("L24")
def test_it_watches_until_it_is_interrupted(shell: Shell, box: Client) -> None:
    write(shell, "here/a", "one")
    watching = shell.start("sync", "--watch", "--every", "0.2", "here", "c")
    try:
        wait_for(lambda: box.names("c") == ["a"])
        write(shell, "here/b", "two")
        wait_for(lambda: box.names("c") == ["a", "b"])
        box.put("c/d", b"three")
        wait_for((shell.home / "here/d").exists)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(20) == 130
    finally:
        watching.kill()
        watching.communicate()


def wait_for(holds) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.requirement("L28")
@pytest.mark.parametrize("after_seconds", [0.5, 0.8, 1.1])
def test_a_sync_that_is_killed_goes_on(shell: Shell, box: Client, after_seconds: float) -> None:
    for number in range(60):
        write(shell, f"here/{number}", f"{number}" * 100)
    first = shell.start("sync", "here", "c")
    time.sleep(after_seconds)
    first.kill()
    first.communicate()
    shell.ok("sync", "here", "c")
    assert len(box.names("c")) == 60
    assert shell.ok("sync", "-n", "here", "c").out == b""
