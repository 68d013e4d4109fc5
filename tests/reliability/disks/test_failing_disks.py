"""Disks that fail, for blocks and for the database: nothing is acknowledged that is not durable.

PITHOS_FAULT_DEPTH: so many calls of each kind fail, each of them amid others that do not.
"""

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest

from tests import tools
from tests.api.client import Client
from tests.reliability.damages import solid
from tests.reliability.failing_calls import Calls, failing_calls, needs_strace
from tests.reliability.ledger import Writer
from tests.reliability.store import (
    BLOCK,
    PATIENCE_SECONDS,
    Store,
    check_container,
    new_store,
    until,
)

DEPTH = int(os.environ.get("PITHOS_FAULT_DEPTH", "24"))
STEP = 3
CONNECTIONS = """
    SELECT array_agg(pid ORDER BY pid) FROM pg_stat_activity WHERE backend_type = 'client backend'
       AND pid <> pg_backend_pid()
"""
RENAMES = "rename,renameat,renameat2"
SIZE = 20_000  # a block in a file
WAL_ROOM = 64 << 20

pytestmark = pytest.mark.timeout(120 + 5 * DEPTH)


def check_sound(store: Store) -> None:
    checked = store.manage("fsck", "--strict")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@needs_strace
@pytest.mark.parametrize("calls", ["fdatasync", "fsync", "write,pwrite64", "linkat"])
def test_a_block_that_the_disk_refused_is_not_acknowledged(
    store: Store, box: str, calls: str
) -> None:
    client, there, statuses = store.client(), dict[str, bytes](), list[int]()
    for turn in range(1, 5):
        with failing_calls(store.workers(), calls, str(turn)):
            for name in ("a", "b", "c"):
                content = os.urandom(2 * BLOCK + 1)
                statuses.append(client.put(f"{box}/{name}", content).status)
                if statuses[-1] == 201:
                    there[name] = content
        check_container(client, box, there)
        there["a"] = os.urandom(2 * BLOCK)
        assert client.put(f"{box}/a", there["a"]).status == 201  # over when the fault is
    assert 503 in statuses
    assert set(statuses) <= {201, 503}


@needs_strace
@pytest.mark.parametrize("calls", ["fdatasync", "fsync", "write,pwrite64", "linkat", RENAMES])
def test_an_upload_is_acknowledged_if_and_only_if_no_call_for_it_failed(
    store: Store, box: str, calls: str
) -> None:
    client, failed = store.client(), set[int]()
    there = {"old": os.urandom(SIZE)}
    assert client.put(f"{box}/old", there["old"]).status == 201
    for first in range(1, STEP + 1):
        with failing_calls(store.workers(), calls, f"{first}+{STEP}") as made:
            while made.most() < DEPTH:
                upload_amid(made, client, box, there)
            failed.update(made.failed())
        check_container(client, box, there)
    assert failed >= set(range(1, DEPTH + 1))


def upload_amid(made: Calls, client: Client, box: str, there: dict[str, bytes]) -> None:
    """Store something, every other time what is stored already, until it is acknowledged."""
    content = random.choice([there["old"], os.urandom(SIZE)])
    name, status = random.choice("abc"), 503
    while status == 503:
        before = len(made.failed())
        status = client.put(f"{box}/{name}", content).status
        assert status == (201 if len(made.failed()) == before else 503)
    there[name] = content


@needs_strace
def test_a_block_that_cannot_be_read_is_503_and_not_taken_for_damaged(
    store: Store, box: str
) -> None:
    client, content = store.client(), solid(SIZE)
    assert client.put(f"{box}/o", content).status == 201
    with failing_calls(store.workers(), "pread64,preadv,preadv2"):
        assert client.get(f"{box}/o").status == 503
    assert client.get(f"{box}/o").body == content
    digest = sha256(content).digest()
    assert store.ask("SELECT damaged IS NULL FROM block WHERE digest = %s", digest)


@needs_strace
def test_a_commit_that_the_disk_refused_is_not_acknowledged(store: Store) -> None:
    writer, client = Writer("refused-commits"), store.client()
    assert client.put(writer.box).status == 201
    for _ in range(2):
        processes = kept_connections(store, client)
        with failing_calls(processes, "fdatasync,fsync,pwrite64"):
            writer.run(client, Event())
        leave_time_to_restart(processes)  # before it, something may still be answered
        until(client.head, 204)
        writer.settle(client)
    writer.check_history(client)


def kept_connections(store: Store, client: Client) -> list[int]:
    """The processes of the server's connections, once it keeps some: after a loss it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        until(client.head, 204)
        found: list[int] | None = store.ask(CONNECTIONS)
        time.sleep(0.2)
        if found and store.ask(CONNECTIONS) == found:
            return found
    pytest.fail("the server keeps no connection")


def leave_time_to_restart(processes: list[int]) -> None:
    """Postgres restarts if its log failed; if a table did, only the statement has ended."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and any(Path(f"/proc/{each}").exists() for each in processes):
        time.sleep(0.05)


@pytest.fixture
def crowded() -> Iterator[tuple[Store, Path]]:
    """A store whose database's log is on a small file system of its own; and where that is."""
    with new_store() as store:
        client = store.client()
        until(client.head, 204)
        store.kill_all()
        wal = store.layout.data / "pg_wal"
        aside, owner = wal.rename(wal.with_name("wal-aside")), wal.with_name("wal-aside").stat()
        wal.mkdir()
        with tools.small_disk(wal, WAL_ROOM):
            subprocess.run(["cp", "-a", f"{aside}/.", wal], check=True)
            os.chown(wal, owner.st_uid, owner.st_gid)
            wal.chmod(0o700)
            shutil.rmtree(aside)
            store.restart()
            yield store, wal
            store.kill_all()


def fill(directory: Path) -> Path:
    """A file that takes all the room that is left."""
    ballast = directory / "ballast"
    with ballast.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(bytes(1 << 16)):
            pass
    return ballast


def write_until_refused(client: Client, box: str) -> dict[str, bytes]:
    """What was acknowledged of objects that are written until one is refused."""
    there: dict[str, bytes] = {}
    while True:
        name, content = f"{len(there):04}", random.randbytes(16_000)
        answer = client.put(f"{box}/{name}", content)
        if answer.status == 503:
            return there
        assert answer.status == 201
        there[name] = content
        assert len(there) * 16_000 < 2 * WAL_ROOM


def test_without_room_for_the_log_writes_are_503_until_there_is(
    crowded: tuple[Store, Path],
) -> None:
    store, wal = crowded
    client = store.client()
    assert client.put("c").status == 201
    ballast = fill(wal)
    there = write_until_refused(client, "c")
    assert there
    ballast.unlink()
    until(lambda: client.put("c/after", b"there is room"), 201)
    found = set(client.names("c")) - {"after"}
    assert found - there.keys() <= {f"{len(there):04}"}  # the one that was not answered
    if found - there.keys():
        client.delete(f"c/{len(there):04}")
    check_container(client, "c", {**there, "after": b"there is room"})
    check_sound(store)
