"""put, get, verify."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.pithos_client.command.shell import Shell
from tests.pithos_client.proxy import Proxy

ODD = [b"-d", b"a b", b"new\nline", b"caf\xe9", b"\xff\xfe", "Ωμέγα".encode(), b"100%", b"#?&"]
ODD += ["\N{REPLACEMENT CHARACTER}E9".encode(), b"\x1b[31m", b"~", b"\xc2\x85"]


def tree_of(root: Path) -> dict[bytes, tuple[bytes, int] | None]:
    """Every file below a folder with bytes and time, and every folder."""
    found: dict[bytes, tuple[bytes, int] | None] = {}
    for folder, folders, files in os.walk(os.fsencode(root)):
        for name in files:
            path = os.path.join(folder, name)
            content = Path(os.fsdecode(path)).read_bytes()
            found[os.path.relpath(path, os.fsencode(root))] = content, os.stat(path).st_mtime_ns
        found.update(
            {os.path.relpath(os.path.join(folder, n), os.fsencode(root)): None for n in folders}
        )
    return found


def make_tree(root: Path, count: int) -> None:
    for number in range(count):
        path = root / f"d{number % 50}" / f"s{number % 7}" / f"f{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(number % 3000))
        os.utime(path, ns=(1, (1_600_000_000 + number) * 10**9 + number))


@pytest.mark.requirement("L25")
def test_a_tree_comes_back_as_it_was(shell: Shell) -> None:
    make_tree(shell.home / "tree", 2800)
    put = shell.json("put", "-j", "4", "tree", "c")
    assert (put[-1]["files"], put[-1]["sent"] == put[-1]["bytes"]) == (2800, True)
    shell.ok("get", "-j", "4", "c/tree", "back")
    assert tree_of(shell.home / "back") == tree_of(shell.home / "tree")
    assert shell.json("-q", "put", "tree", "c") == []
    assert shell.json("put", "tree", "c")[-1]["sent"] == 0
    assert shell.json("get", "c/tree", "back")[-1]["received"] == 0
    assert shell.json("verify", "back", "c/tree") == [{"same": 2800, "differ": 0}]


@pytest.mark.requirement("L24", "L25")
def test_any_name_comes_back(shell: Shell) -> None:
    root = os.fsencode(shell.home / "tree")
    os.makedirs(os.path.join(root, b"empty", b"\xe9\n"))
    for name in ODD:
        Path(os.fsdecode(os.path.join(root, name))).write_bytes(name)
    shell.ok("put", "tree", "c")
    shell.ok("get", "c/tree", "back")
    assert tree_of(shell.home / "back") == tree_of(shell.home / "tree")
    for name in (b"caf\xe9", b"new\nline", b"-d"):
        assert shell.ok("cat", "--", b"c/tree/" + name).out == name
    assert b"\x1b[31m" not in shell.typed("ls", "c/tree").out


@pytest.mark.requirement("L24")
def test_a_file_goes_where_it_is_told(shell: Shell) -> None:
    (shell.home / "-x").write_bytes(b"dash")
    shell.ok("put", "--", "-x", "c")
    shell.ok("put", "--", "-x", "c/dir/")
    shell.ok("put", "--", "-x", "c/other")
    shell.ok("put", "-", "c/in", said=b"typed")
    assert shell.ok("ls", "-R", "c").lines == ["-x", "dir/-x", "in", "other"]
    assert shell.ok("get", "c/in", "-").out == b"typed"
    shell.ok("get", "c/in", "renamed")
    shell.ok("get", "c/dir", ".")
    assert (shell.home / "renamed").read_bytes() == b"typed"
    assert (shell.home / "dir" / "-x").read_bytes() == b"dash"


@pytest.mark.requirement("L26")
def test_a_changed_byte_sends_a_block_and_gets_a_block(shell: Shell) -> None:
    content = bytearray(os.urandom(300 * BLOCK_SIZE + 5))
    big, back = shell.home / "big", shell.home / "back"
    big.write_bytes(content)
    assert shell.json("put", "big", "c")[0]["sent"] == len(content)
    assert shell.json("get", "c/big", "back")[0]["received"] == len(content)
    content[7_000_000] ^= 1
    big.write_bytes(content)
    assert shell.json("put", "big", "c")[0]["sent"] == BLOCK_SIZE
    assert shell.json("get", "c/big", "back")[0]["received"] == BLOCK_SIZE
    assert back.read_bytes() == content
    assert "were there already" in shell.ok("put", "big", "c/copy").lines[0]


def test_an_unchanged_file_costs_two_questions(shell: Shell, box: Client) -> None:
    (shell.home / "big").write_bytes(os.urandom(30 * BLOCK_SIZE))
    os.utime(shell.home / "big", ns=(1, 1_600_000_000 * 10**9 + 1))
    shell.ok("put", "big", "c")
    with Proxy(box.address) as proxy:
        shell.go_by(proxy.address)
        for words in (["put", "big", "c"], ["put", "-c", "big", "c"]):
            del proxy.asked[:]
            assert shell.json(*words)[-1]["sent"] == 0
            assert [each.method for each in proxy.asked] == ["HEAD", "HEAD"]
        os.utime(shell.home / "big", ns=(1, 1_600_000_001 * 10**9))
        assert shell.json("put", "big", "c")[-1]["sent"] == 0
        assert proxy.asked[-1].method == "POST"
    assert box.head("c/big")["X-Object-Meta-Mtime"] == "1600000001.000000000"


def test_what_was_got_is_known(shell: Shell, box: Client) -> None:
    (shell.home / "big").write_bytes(os.urandom(30 * BLOCK_SIZE))
    os.utime(shell.home / "big", ns=(1, 1_600_000_000 * 10**9 + 1))
    shell.ok("put", "big", "c")
    for received in (30 * BLOCK_SIZE, 0, 0):
        assert shell.json("get", "c/big", "back")[-1]["received"] == received
    assert shell.json("put", "back", "c/big")[-1]["sent"] == 0
    (shell.home / "back").write_bytes(b"changed" * 100)
    os.utime(shell.home / "back", ns=(1, 1_600_000_000 * 10**9 + 1))
    assert shell.json("put", "back", "c/big")[-1]["sent"] == 700
    assert box.get("c/big").body == b"changed" * 100


@pytest.mark.requirement("L24")
def test_an_interrupted_one_says_how_to_go_on(shell: Shell, box: Client) -> None:
    (shell.home / "big").write_bytes(os.urandom(400 * BLOCK_SIZE))
    with Proxy(box.address) as proxy:
        shell.go_by(proxy.address)
        process = shell.start("put", "big", "c", stderr=subprocess.PIPE)
        while len(proxy.asked) < 50:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    told = b"pithos: interrupted; the same command again goes on"
    assert (process.returncode, err.strip()) == (130, told)


@pytest.mark.requirement("L30")
def test_no_token_is_in_the_process_list(shell: Shell, box: Client) -> None:
    (shell.home / "big").write_bytes(os.urandom(200 * BLOCK_SIZE))
    process = shell.start("put", "big", "c", stdout=subprocess.DEVNULL)
    seen = b""
    while process.poll() is None:
        seen += Path(f"/proc/{process.pid}/cmdline").read_bytes()
        time.sleep(0.01)
    assert b"pithos_client.command" in seen
    assert shell.token.encode() not in seen


@pytest.mark.requirement("L24")
def test_progress_is_shown_on_a_terminal_alone(shell: Shell) -> None:
    (shell.home / "big").write_bytes(os.urandom(20 * BLOCK_SIZE))
    assert b"1.2 MiB" in shell.typed("put", "big", "c/one").out
    assert "━".encode() in shell.typed("put", "big", "c/two").out
    assert "━".encode() not in shell.typed("-q", "put", "big", "c/three").out
    assert shell.ok("put", "big", "c/four").lines == ["1 file, 1.2 MiB; 1.2 MiB were there already"]


@pytest.mark.requirement("L24")
@pytest.mark.parametrize("name", ["../x", "a/../../x", "a//b", "a/./b"])
def test_no_name_leaves_the_folder(shell: Shell, box: Client, name: str) -> None:
    box.put(f"c/t/{name}", b"bad")
    box.put("c/t/good", b"good")
    ran = shell.run("get", "c/t", "out/in")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert tree_of(shell.home / "out") == {
        b"in": None, b"in/good": (b"good", (shell.home / "out/in/good").stat().st_mtime_ns)
    }  # fmt: skip


@pytest.mark.requirement("L24")
def test_verify_tells_what_differs(shell: Shell, box: Client) -> None:
    make_tree(shell.home / "tree", 5)
    shell.ok("put", "tree", "c")
    (shell.home / "tree/d1/s1/f1").write_bytes(b"other")
    (shell.home / "tree/new").write_bytes(b"")
    box.put("c/tree/old", b"")
    ran = shell.run("verify", "tree", "c/tree")
    told = ["different: tree/d1/s1/f1", "only here: tree/new", "only in the store: tree/old"]
    assert (ran.code, ran.lines) == (1, [*told, "4 are the same, 3 differ"])
