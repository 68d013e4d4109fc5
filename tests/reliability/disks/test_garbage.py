"""Garbage collection beside writers of the very same blocks, without any grace; and killed amid it.

The collectors are processes of their own that take turns, step by step, as they do in service.
"""

import json
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from tests import forks
from tests.api.client import Client
from tests.reliability.crowd import together
from tests.reliability.store import Store, new_directory

pytestmark = pytest.mark.requirement("R142")

BLOCK = 32 * 1024
WRITERS = 4
ROUNDS = int(os.environ.get("PITHOS_GARBAGE_ROUNDS", "300"))
FOREVER = "9999999999"

# Longer than block_store.RECALL_AFTER_SECONDS, as in service.
HOLD = 1.5

# However quick the writers are: a block is freed when it has been held, in one of the turns after.
LEAST_SECONDS = 6 * HOLD

COLLECTOR = """
import time
from pithos_api.services.upkeep.collector.passes import Place, STAGES, advance
from pithos_api.services.upkeep.collector.steps import CollectionCounts, CollectionTerms
from pithos_api.services.locks import Job, sole_worker
turns = {turns}
terms, freed = CollectionTerms(0, batch=7, apply=True, hold_seconds={hold}), CollectionCounts()
while turns:
    for stage in {stages}:
        place = Place(stage)
        while place.stage == stage:
            with sole_worker(Job.COLLECT_GARBAGE) as ours:
                place, counts = advance(place, terms) if ours else (place, CollectionCounts())
            freed += counts
            print(freed.blocks, flush=True)
            time.sleep(0.03)
    turns -= 1
"""
Process = forks.Fork | subprocess.Popen[str]
EVERYTHING = ("claims", "blocks", "files", "retired")


@pytest.fixture(scope="module")
def small_blocks() -> Iterator[Store]:
    """A store whose blocks are small, and yet files."""
    with new_directory() as path:
        store = Store(path, PITHOS_BLOCK_SIZE=str(BLOCK), PITHOS_GARBAGE_INTERVAL="0")
        try:
            yield store
        finally:
            store.end()


def collector(store: Store, hold: float, turns: int, stages: Sequence[str], **env: str) -> Process:
    """Collect in a process of its own; what goes wrong there is in the file ``errors``."""
    code = COLLECTOR.format(hold=hold, turns=turns, stages=tuple(stages))
    with errors(store).open("a") as told:
        words = ("shell", "--no-imports", "--command", code)
        return forks.start(words, {**store.env, **env}, subprocess.PIPE, told.fileno())


def errors(store: Store) -> Path:
    return store.data / "collectors.log"


@contextmanager
def collecting(store: Store) -> Iterator[list[int]]:
    """Collect all the time; leaves how many blocks each collector had freed in the end."""
    freed: list[int] = []
    running = [
        collector(store, HOLD, -1, ("claims", "blocks", "files")),
        collector(store, HOLD, -1, EVERYTHING),
    ]
    try:
        assert all(process.stdout and process.stdout.readline() for process in running)
        yield freed
    finally:
        for process in running:
            process.kill()
            freed.append(int((said(process).split() or ["0"])[-1]))
        assert errors(store).read_text() == ""


def said(process: Process) -> str:
    """What it has printed until its end."""
    assert process.stdout is not None
    with process:
        return process.stdout.read()


def digests(content: bytes) -> list[bytes]:
    return [
        sha256(content[at : at + BLOCK].rstrip(b"\0")).digest()
        for at in range(0, len(content), BLOCK)
    ]


def purge(client: Client, path: str) -> None:
    assert client.delete(path).status == 204
    assert client.delete(path, until=FOREVER).status == 204


class Writer:
    """Makes an object in one of the ways there are, reads it, and purges it again."""

    def __init__(self, store: Store, box: str, number: int, contents: list[bytes]) -> None:
        self.client, self.path, self.contents = store.client(), f"{box}/{number}", contents
        self.box, self.seen = box, Counter[str]()

    def round(self) -> None:
        content = random.choice(self.contents)
        ways = [self.put, self.put_map, self.put_blocks_and_map, self.copy, self.append]
        act = random.choice(ways)
        status = act(content)
        self.seen[f"{act.__name__} {status}"] += 1
        if status in {201, 204}:
            read = self.client.get(self.path)
            assert (read.status, read.body == content) == (200, True), act.__name__
        for path in (self.path, f"{self.path}-source"):
            self.client.delete(path)
            self.client.delete(path, until=FOREVER)

    def litter(self) -> None:
        """Leave a block that nothing ever names."""
        octets = {"Content-Type": "application/octet-stream"}
        assert self.client.post(self.box, os.urandom(BLOCK), octets).status == 202

    def put(self, content: bytes) -> int:
        return self.client.put(self.path, content).status

    def put_map(self, content: bytes) -> int:
        hashes = [digest.hex() for digest in digests(content)]
        described = {"bytes": len(content), "block_size": BLOCK, "block_hash": "sha256"}
        body = json.dumps({**described, "hashes": hashes})
        return self.client.put(self.path, body, hashmap="", format="json").status

    def put_blocks_and_map(self, content: bytes) -> int:
        octets = {"Content-Type": "application/octet-stream"}
        assert self.client.post(self.box, content, octets).status == 202
        return self.put_map(content)

    def copy(self, content: bytes) -> int:
        """Of a version that is purged at the same moment, as often as not."""
        assert self.client.put(f"{self.path}-source", content).status == 201
        to = {"Destination": f"/{self.path}"}
        return self.client.request("COPY", f"{self.path}-source", None, to).status

    def append(self, content: bytes) -> int:
        assert self.client.put(self.path, content[:BLOCK]).status == 201
        headers = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
        return self.client.post(self.path, content[BLOCK:], headers).status


def test_what_is_acknowledged_is_readable_however_much_is_collected(small_blocks: Store) -> None:
    store = small_blocks
    assert store.client().put("box").status == 201
    # Few, and of few blocks: several want the same ones at the same time.
    blocks = [os.urandom(BLOCK - 1) + b"x" for _ in range(16)]
    contents = [one + other for one in blocks for other in (blocks[0], b"tail" * 5000)]
    writers = [Writer(store, "box", number, contents) for number in range(WRITERS)]

    enough = time.monotonic() + LEAST_SECONDS

    def act(number: int) -> None:
        turn = 0
        while turn < ROUNDS // WRITERS or time.monotonic() < enough:
            writers[number].round()
            if turn % 10 == 0:
                writers[number].litter()
            turn += 1

    with collecting(store) as freed:
        together(WRITERS, act)
    seen = sum((writer.seen for writer in writers), Counter[str]())
    print(dict(seen), freed)  # noqa: T201 - how much happened
    assert sum(freed) > 0
    assert {key.split()[1] for key in seen} <= {"201", "204", "404", "409", "503"}
    assert all(seen[f"{act} 201"] for act in ("put", "put_map", "copy")), seen


POINTS = ("blocks-forgotten", "block-retired", "block-discarded")


def test_a_collector_killed_anywhere_loses_nothing_and_is_gone_on_with(
    small_blocks: Store,
) -> None:
    client, kept = small_blocks.client(), {}
    assert client.put("kill").status in {201, 202}
    for turn in range(2 * len(POINTS)):
        kept[f"kept-{turn}"] = os.urandom(2 * BLOCK)
        assert client.put(f"kill/kept-{turn}", kept[f"kept-{turn}"]).status == 201
        assert client.put("kill/gone", os.urandom(3 * BLOCK)).status == 201
        purge(client, "kill/gone")
        died = collector(small_blocks, 0, 1, EVERYTHING, CRASH_AT=POINTS[turn % len(POINTS)])
        said(died)
        assert died.returncode == 137
        _check(client, kept)
    after = collector(small_blocks, 0, 1, EVERYTHING)
    said(after)
    assert (errors(small_blocks).read_text(), after.returncode) == ("", 0)
    _check(client, kept)
    expected = {digest.hex() for content in kept.values() for digest in digests(content)}
    assert small_blocks.blocks().keys() == expected


def _check(client: Client, kept: dict[str, bytes]) -> None:
    for name, content in kept.items():
        assert client.get(f"kill/{name}").body == content


def test_the_server_collects_by_itself() -> None:
    with new_directory() as path:
        store = Store(path, PITHOS_GARBAGE_INTERVAL="1s", PITHOS_GARBAGE_GRACE="0")
        try:
            client, kept = store.client(), os.urandom(20_000)
            assert client.put("c").status == 201
            for name, content in (("kept", kept), ("gone", os.urandom(30_000))):
                assert client.put(f"c/{name}", content).status == 201
            purge(client, "c/gone")
            deadline = time.monotonic() + 40
            while len(store.blocks()) > 1 or any((path / "blocks" / "retired").iterdir()):
                assert time.monotonic() < deadline
                time.sleep(0.2)
            assert client.get("c/kept").body == kept
            assert store.ask("SELECT count(*) FROM block") == 1
        finally:
            store.end()
