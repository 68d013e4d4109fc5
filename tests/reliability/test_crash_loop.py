"""A ledger of what was acknowledged, kept while everything is killed again and again."""

import http.client
import os
import random
import time
from threading import Thread

from tests.api.client import Client
from tests.reliability.store import Store, check_container

WRITERS = 4
NAMES_EACH = 5
WRITING_SECONDS = 1.2
READY_SECONDS = 30
LEAST_ACKNOWLEDGED = 100
SIZES = (0, 500, 16 * 1024, 20_000, 300_000)
DELETED = None


class Writer:
    """A writer of names of its own, so that their history is what it was told, in order.

    possible: by name, what may be there: what was acknowledged last, or anything tried since.
    """

    def __init__(self, box: str, number: int) -> None:
        self.box = box
        self.names = [f"{number}/{index}" for index in range(NAMES_EACH)]
        self.possible: dict[str, set[bytes | None]] = {name: {DELETED} for name in self.names}
        self.acknowledged = 0
        self.unexpected: list[int] = []

    def run(self, client: Client) -> None:
        """Write until the connection breaks."""
        while True:
            name = random.choice(self.names)
            content = DELETED if random.random() < 0.2 else os.urandom(random.choice(SIZES))
            self.possible[name] |= {content}
            try:
                status = self._write(client, f"{self.box}/{name}", content)
            except (OSError, http.client.HTTPException):
                return
            self._note(name, content, status)

    def settle(self, client: Client) -> dict[str, bytes]:
        """Look each name up; assert that it is one of what it may be; what is there, by name."""
        for name, possible in self.possible.items():
            answer = client.get(f"{self.box}/{name}")
            assert answer.status in {200, 404}
            found = answer.body if answer.status == 200 else DELETED
            assert found in possible, f"{name} was lost, or came back"
            self.possible[name] = {found}
        contents = {name: next(iter(possible)) for name, possible in self.possible.items()}
        return {name: content for name, content in contents.items() if content is not None}

    def _write(self, client: Client, path: str, content: bytes | None) -> int:
        return (client.delete(path) if content is None else client.put(path, content)).status

    def _note(self, name: str, content: bytes | None, status: int) -> None:
        nothing_there = content is DELETED and DELETED in self.possible[name]
        if status in {201, 204} or (status == 404 and nothing_there):
            self.possible[name] = {content}
            self.acknowledged += 1
        elif status != 503:
            self.unexpected.append(status)


def _kill_postgres_first(store: Store) -> None:
    store.kill_postgres()
    time.sleep(0.2)
    store.kill()


def test_nothing_acknowledged_is_lost(store: Store, box: str) -> None:
    writers = [Writer(box, number) for number in range(WRITERS)]
    for kill in (Store.kill_all, _kill_postgres_first, Store.kill_all):
        threads = [Thread(target=each.run, args=(store.client(),)) for each in writers]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.75, 1.25) * WRITING_SECONDS)
        kill(store)
        for thread in threads:
            thread.join()
        begun = time.monotonic()
        store.restart()
        client = store.client()
        expected = {k: v for each in writers for k, v in each.settle(client).items()}
        assert time.monotonic() - begun < READY_SECONDS
        check_container(client, box, expected)
    assert [each.unexpected for each in writers] == [[]] * WRITERS
    assert sum(each.acknowledged for each in writers) >= LEAST_ACKNOWLEDGED
