"""share, unshare, shared, groups; versions, meta, container; man and completion."""

import shutil
import subprocess

import pytest

from tests.api.client import Client
from tests.pithos_client.command.shell import Shell

pytestmark = pytest.mark.requirement("L24")


@pytest.fixture
def filled(shell: Shell, box: Client) -> Shell:
    box.put("c/o", b"one")
    return shell


def test_a_share_is_given_found_and_taken(filled: Shell, new_user) -> None:
    olga = new_user()
    filled.ok("share", "c/o", "--read", olga.account)
    assert filled.ok("share", "c/o").lines == [f"c/o: read={olga.account}"]
    assert filled.ok("shared", "--mine").lines == ["c/o"]
    hers = Shell(filled.home, filled.address, olga.account, olga.token)
    hers.env = {"PITHOS_URL": hers.url, "PITHOS_TOKEN": olga.token}
    place = f"/{filled.account}/c/o"
    assert place in hers.ok("shared").lines  # beside what others share with everybody
    assert hers.ok("cat", place).out == b"one"
    filled.ok("unshare", "c/o")
    assert hers.run("cat", place).code == 4
    assert place not in hers.ok("shared").lines


def test_groups_are_made_and_ended(filled: Shell) -> None:
    assert filled.ok("groups", "friends", "olga", "igor").lines == ["Friends: igor olga"]
    filled.ok("share", "c/o", "--write", f"{filled.account}:friends", "--read", "*")
    [told] = filled.json("share", "c/o")
    assert sorted(told["sharing"].split("; ")) == ["read=*", f"write={filled.account}:friends"]
    assert filled.json("groups") == [{"name": "Friends", "members": ["igor", "olga"]}]
    assert filled.ok("groups", "--delete", "friends").lines == []
    assert filled.run("groups", "friends").code == 2


def test_versions_are_listed_and_read(filled: Shell, box: Client) -> None:
    box.put("c/o", b"two")
    [first, second] = filled.json("versions", "c/o")
    assert first["since"] < second["since"]
    assert filled.ok("cat", "--version", str(first["version"]), "c/o").out == b"one"
    filled.ok("get", "--version", str(first["version"]), "c/o", "old")
    assert (filled.home / "old").read_bytes() == b"one"
    filled.ok("cp", "--version", str(first["version"]), "c/o", "c/o")
    assert (box.get("c/o").body, filled.run("versions", "c/none").code) == (b"one", 3)


def test_metadata_is_told_and_changed(filled: Shell) -> None:
    assert filled.ok("meta", "c/o", "place=Σούνιο", "a=b=c").lines == ["A=b=c", "Place=Σούνιο"]
    assert filled.json("meta", "c/o", "--delete", "a") == [{"Place": "Σούνιο"}]
    assert filled.run("meta", "c/o", "nonsense").code == 2


def test_a_containers_policies_are_told_and_decided(filled: Shell) -> None:
    filled.ok("container", "c", "--quota", "1000000", "--keep-days", "7")
    [told] = filled.json("container", "c")
    assert (told["quota"], told["keep-days"], told["versioning"]) == ("1000000", "7", "auto")
    assert filled.run("container", "c/o").code == 2
    assert filled.run("container", "none").code == 3


@pytest.mark.skipif(not shutil.which("man"), reason="no man here")
@pytest.mark.parametrize("words", [[], ["put"]])
def test_the_help_is_a_manual_page(shell: Shell, words: list[str]) -> None:
    page = shell.ok("man", *words).out
    done = subprocess.run(["man", "-l", "-"], input=page, capture_output=True, check=True)
    assert (b"NAME" in done.stdout, b"pithos" in done.stdout, done.stderr) == (True, True, b"")


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_a_shell_completes(shell: Shell, kind: str) -> None:
    shell.env = {"_PITHOS_COMPLETE": f"{kind}_source"}
    assert b"pithos" in shell.ok().out
    shell.env = {"_PITHOS_COMPLETE": "bash_complete", "COMP_WORDS": "pithos who", "COMP_CWORD": "1"}
    assert shell.ok().lines == ["plain,whoami"]
