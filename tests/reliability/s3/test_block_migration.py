"""A store moves its blocks from a directory to S3 while it serves."""

import json
import os
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from tests import forks
from tests.reliability.store import Store, check_container, new_directory, wait_for
from tests.seaweed import ACCESS_KEY, SECRET_KEY, SeaweedFS

SIZE = 100_000  # more than what is kept in the database


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with new_directory() as data:
        keys = {"PITHOS_S3_ACCESS_KEY": ACCESS_KEY, "PITHOS_S3_SECRET_KEY": SECRET_KEY}
        running = Store(data, **keys)
        try:
            yield running
        finally:
            running.end()


def migrate(store: Store, *arguments: str) -> tuple[int, dict[str, int]]:
    done = store.manage("migrate_blocks", *arguments, "--json")
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode, json.loads(done.stdout)


def restart(store: Store, **env: str) -> None:
    store.process.terminate()
    store.process.wait(timeout=40)
    store.restart(**env)


class Traffic:
    """A user who goes on writing and reading meanwhile."""

    def __init__(self, store: Store, box: str, kept: dict[str, bytes]) -> None:
        self.client, self.box, self.kept = store.client(), box, kept
        self.ended = Event()
        self.wrong: list[str] = []
        self.thread = Thread(target=self.run)

    def run(self) -> None:
        names = list(self.kept)
        while not self.ended.is_set():
            number = len(self.kept)
            name, content = f"new-{number:04}", os.urandom(SIZE)
            if self.client.put(f"{self.box}/{name}", content).status == 201:
                self.kept[name] = content
            read = self.client.get(f"{self.box}/{names[number % len(names)]}")
            if read.status != 200 or read.body != self.kept[names[number % len(names)]]:
                self.wrong.append(f"{names[number % len(names)]} {read.status}")

    def __enter__(self) -> "Traffic":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()


def test_a_store_moves_to_s3_while_it_serves(store: Store, box: str, seaweed: SeaweedFS) -> None:
    old, new = f"file://{store.data}/blocks", seaweed.url("blocks", prefix="moved")
    events = "SELECT array_agg(details) FROM audit_event WHERE action = 'blocks.migrate'"
    kept = {f"old-{n:04}": os.urandom(SIZE) for n in range(60)}
    for name, content in kept.items():
        assert store.client().put(f"{box}/{name}", content).status == 201
    restart(store, PITHOS_BLOCK_STORE=new, PITHOS_BLOCK_STORE_FALLBACK=old)
    with Traffic(store, box, kept) as traffic:
        wait_for(lambda: len(kept) > 70)
        with forks.start(("migrate_blocks", old, new), store.env) as interrupted:
            wait_for(lambda: store.ask(events))  # it has begun
            interrupted.kill()
        status, sums = migrate(store, old, new)
    assert (status, sums["damaged"], traffic.wrong) == (0, 0, [])
    assert store.ask(events) == [{"from": old, "to": new}] * 2
    assert sums["copied"] + sums["present"] == 60 == len(store.blocks())
    restart(store, PITHOS_BLOCK_STORE_FALLBACK="")
    for path in store.blocks().values():
        path.unlink()
    check_container(store.client(), box, kept)


def test_blocks_that_cannot_be_copied_are_told_by_the_exit_status(
    store: Store, seaweed: SeaweedFS
) -> None:
    here, there = f"file://{store.data}/one", seaweed.url("blocks", prefix="damaged")
    (store.data / "one" / "abc").mkdir(parents=True)
    (store.data / "one" / "abc" / f"abc{'0' * 61}").write_bytes(b"not this")
    assert migrate(store, here, there) == (
        1, {"copied": 0, "present": 0, "damaged": 1, "bytes": 0},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("ftp://x", "neither file:///absolute/path nor s3://bucket"),
        ("s3://blocks?endpoint=http://127.0.0.1:1&timeout=1", "error sending request"),
    ],
)
def test_a_store_that_cannot_be_used_is_told(store: Store, source: str, reason: str) -> None:
    done = store.manage("migrate_blocks", source, f"file://{store.data}/one")
    assert done.returncode == 2
    assert "could not go on" in done.stderr
    assert reason in done.stderr
