"""login, logout, whoami; errors and exit codes (contract client g)."""

import stat
from pathlib import Path

import pytest

from tests.accounts.conftest import member
from tests.api.client import Client
from tests.pithos_client.command.shell import Shell
from tests.pithos_client.proxy import Proxy

__all__ = ["member"]


def stores(shell: Shell) -> Path:
    return shell.home / "config" / "pithos" / "stores.json"


@pytest.mark.requirement("L24")
def test_a_password_is_asked_for_at_a_terminal_and_not_kept(member: Client, tmp_path: Path) -> None:
    shell = Shell(tmp_path, member.address, member.account, "")
    ran = shell.typed("login", shell.url, said=b"open sesame\n")
    assert (ran.code, b"logged in" in ran.out) == (0, True)
    assert b"open sesame" not in ran.out + stores(shell).read_bytes()
    assert stat.S_IMODE(stores(shell).stat().st_mode) == 0o600
    assert shell.json("ls") == [{"name": "c", "objects": 0, "bytes": 0}]
    assert shell.typed("login", shell.url, said=b"wrong\n").code == 4


@pytest.mark.requirement("L24")
def test_a_token_comes_from_standard_input(shell: Shell) -> None:
    assert shell.json("whoami")[0]["account"] == shell.account
    assert shell.ok("logout").lines == ["forgot default"]
    ran = shell.run("whoami")
    assert (ran.code, ran.err) == (1, "pithos: log in first: pithos login URL\n")
    assert shell.run("login", shell.url, said=b"nonsense\n").code == 4
    assert shell.run("login", shell.url).code == 1


@pytest.mark.requirement("L24")
def test_several_stores_are_known_by_name(shell: Shell, new_user) -> None:
    other = new_user()
    url = f"{shell.url.rpartition('/')[0]}/{other.account}"
    shell.ok("--store", "work", "login", url, said=other.token.encode())
    assert shell.json("--store", "work", "whoami")[0]["account"] == other.account
    assert shell.json("whoami")[0]["account"] == shell.account
    shell.env = {"PITHOS_URL": url, "PITHOS_TOKEN": other.token}
    assert shell.json("whoami")[0]["account"] == other.account


@pytest.mark.requirement("L30")
def test_a_token_that_is_kept_goes_to_no_other_store(shell: Shell) -> None:
    shell.env = {"PITHOS_URL": "http://127.0.0.1:9/v1/olga"}
    ran = shell.run("whoami")
    assert (ran.code, "PITHOS_TOKEN" in ran.err, shell.token in ran.err) == (1, True, False)


@pytest.mark.requirement("L30")
def test_passwords_for_other_programs_are_not_sent(shell: Shell, box: Client) -> None:
    netrc = shell.home / ".netrc"
    netrc.write_text("machine 127.0.0.1 login olga password hers\n")
    netrc.chmod(0o600)
    with Proxy(box.address) as proxy:
        url = f"http://127.0.0.1:{proxy.address[1]}/v1/{shell.account}"
        shell.env = {"PITHOS_URL": url, "PITHOS_TOKEN": shell.token}
        assert shell.ok("ls").lines == ["c/"]
        assert [each.authorization for each in proxy.asked] == [None] * len(proxy.asked)


@pytest.mark.requirement("L24", "L30")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["bogus"], 2),
        (["cat"], 2),
        (["cat", "c"], 2),
        (["put", "none", "c"], 2),
        (["ls", "--at", "never", "c"], 2),
        (["rm", "c"], 2),
        (["cat", "c/none"], 3),
        (["ls", "none"], 3),
        (["ls", "c/none"], 3),
        (["get", "c/none"], 3),
        (["rm", "c/none"], 3),
        (["ls", "/somebody/c"], 4),
    ],
)
def test_an_error_is_one_line_and_a_code(shell: Shell, words: list[str], code: int) -> None:
    ran = shell.run(*words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, b"", 1)
    assert ran.err.startswith("pithos: ")
    assert shell.token not in ran.err


@pytest.mark.requirement("L24", "L30")
def test_a_store_that_is_away_is_told(shell: Shell) -> None:
    shell.env = {"PITHOS_URL": "http://127.0.0.1:9/v1/olga", "PITHOS_TOKEN": "a-secret"}
    ran = shell.run("whoami")
    assert (ran.code, ran.err.count("\n"), "a-secret" in ran.err) == (5, 1, False)
