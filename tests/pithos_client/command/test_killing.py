"""put, get and sync, killed at one request after the other, go on and end as if they never were."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.pithos_client.command.shell import Shell
from tests.pithos_client.proxy import Proxy

BLOCKS = 100
MOMENTS = (1, 2, 3, 5, 8, 13, 21, 34, 55)
"""At which of its requests it is killed, each time it is started."""
PATIENCE_SECONDS = 60


@pytest.fixture
def proxy(shell: Shell, box: Client) -> Iterator[Proxy]:
    with Proxy(box.address) as found:
        yield found


def kill_at(shell: Shell, proxy: Proxy, moment: int, *words: str) -> bool:
    """Start it, kill it at so many requests; return whether it had not ended before."""
    begins, until = len(proxy.asked), time.monotonic() + PATIENCE_SECONDS
    process = shell.begin(*words)
    while process.poll() is None and len(proxy.asked) < begins + moment:
        assert time.monotonic() < until
        time.sleep(0.002)
    process.kill()
    return process.wait() != 0


def kill_often(shell: Shell, proxy: Proxy, *words: str) -> int:
    """Kill it at each of the moments, then let it end; return how often it was killed amid.

    What the last one has sent may be done only while the next one is at work: sync leaves that to
    the sync after it.
    """
    shell.go_by(proxy.address)
    killed = sum(kill_at(shell, proxy, moment, *words) for moment in MOMENTS)
    ran = shell.run(*words)
    if "it was changed meanwhile" in ran.err:
        ran = shell.run(*words)
    assert (ran.code, ran.err) == (0, ""), ran.err
    return killed


def fill(root: Path) -> dict[str, bytes]:
    """Make a folder of a large file and small ones; return what they hold."""
    files = {f"d{n}/small{n}": os.urandom(100 * n) for n in range(8)}
    files["large"] = os.urandom(BLOCKS * BLOCK_SIZE + 7)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return files


def files_of(root: Path) -> dict[str, bytes]:
    """All that is below a folder, also what nobody shall find there."""
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.mark.requirement("L28")
def test_put_goes_on_where_it_was_killed(shell: Shell, proxy: Proxy) -> None:
    fill(shell.home / "tree")
    assert kill_often(shell, proxy, "put", "tree", "c") > 4
    assert shell.json("verify", "tree", "c/tree") == [{"same": 9, "differ": 0}]
    sent = [each for each in proxy.of("POST", "update") if len(each.body) == BLOCK_SIZE]
    assert len(sent) < 2 * BLOCKS


@pytest.mark.requirement("L28")
def test_get_goes_on_where_it_was_killed(shell: Shell, proxy: Proxy) -> None:
    files = fill(shell.home / "tree")
    shell.ok("put", "tree", "c")
    assert kill_often(shell, proxy, "get", "c/tree", "back") > 4
    assert files_of(shell.home / "back") == files


@pytest.mark.requirement("L28")
@pytest.mark.parametrize("first", ["put", "nothing"])
def test_sync_goes_on_where_it_was_killed(shell: Shell, proxy: Proxy, first: str) -> None:
    files, there = fill(shell.home / "here"), fill(shell.home / "there")
    (shell.home / "here/large").rename(shell.home / "here/own")
    shell.go_by(proxy.address)  # what is agreed is remembered by the store's address
    if first == "put":
        shell.ok("sync", "here", "c")
        (shell.home / "here/own").rename(shell.home / "here/renamed")
    shell.ok("put", "there", "c/")
    assert kill_often(shell, proxy, "sync", "here", "c") > 4
    files["renamed" if first == "put" else "own"] = files.pop("large")
    found = files_of(shell.home / "here")
    assert sorted(found) == sorted([*files, *(f"there/{name}" for name in there)])
    assert found == files | {f"there/{name}": content for name, content in there.items()}
    assert shell.ok("sync", "here", "c").lines == []
