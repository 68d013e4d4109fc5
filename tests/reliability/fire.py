"""Backups of a store that is written to, and what of the writes must be there after a fire."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from threading import Event, Thread
from typing import Any

from tests.api.client import Client
from tests.reliability.damages import solid
from tests.reliability.store import Store, plant

SIZES = (0, 500, 20_000, 300_000)
WRITERS = 3
PAUSE_SECONDS = 0.005  # others work here, too


def back_up(store: Store, place: Path, *words: str, status: int = 0) -> dict[str, Any]:
    done = store.manage("backup", str(place), "--json", *words)
    assert done.returncode == status, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def wipe(store: Store) -> None:
    """Lose all that the store has, as a fire does."""
    store.kill_all()
    for room in ("pg", "blocks"):
        rmtree(store.data / room)


def begin_anew(store: Store) -> None:
    """Lose it, and have tables with nothing in them as after ``migrate``."""
    wipe(store)
    plant(store.data)


def restore(store: Store, place: Path, *words: str) -> None:
    done = store.manage("restore", str(place), *words)
    assert done.returncode == 0, done.stderr


class Writer(Thread):
    """Overwrites and deletes objects of its own until it is told to end.

    last: by name, what was acknowledged last; tried: by name, all that was sent since ``mark``.
    """

    def __init__(self, client: Client, number: int) -> None:
        super().__init__()
        self.client, self.ended = client, Event()
        self.last: dict[str, bytes | None] = {f"c/{number}-{n}": None for n in range(8)}
        self.sure: dict[str, bytes | None] = {}
        self.tried: dict[str, list[bytes | None]] = {name: [] for name in self.last}
        self.acknowledged = 0

    def run(self) -> None:
        while not self.ended.wait(PAUSE_SECONDS):
            name = random.choice(list(self.last))
            content = None if random.random() < 0.2 else solid(1 + random.choice(SIZES))
            self.tried[name] = [*self.tried[name], content]
            if content is None:
                status = self.client.delete(name).status
            else:
                status = self.client.put(name, content).status
            assert status in {201, 204, 404}
            self.last[name], self.acknowledged = content, self.acknowledged + 1

    def mark(self) -> None:
        """From now on nothing is sure: a backup may have it or not."""
        self.sure = dict(self.last)
        for name, sent in list(self.tried.items()):
            self.tried[name] = sent[-1:]  # may be on its way

    def check(self, client: Client) -> None:
        for name, content in self.sure.items():
            answer = client.get(name)
            found = answer.body if answer.status == 200 else None
            assert answer.status in {200, 404}
            assert found in [content, *self.tried[name]], f"{name} was lost"


@contextmanager
def amid_writes(store: Store) -> Iterator[list[Writer]]:
    """Writers at work in the container ``c``, for which all that they had sent before is sure."""
    writers = [Writer(store.client(), number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(1.5)
    for writer in writers:
        writer.mark()
    try:
        yield writers
    finally:
        for writer in writers:
            writer.ended.set()
            writer.join()
    assert min(writer.acknowledged for writer in writers) > 10
