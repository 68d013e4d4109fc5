"""S3 behind a network that spoils every fifth request: nothing acknowledged is lost or wrong."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.client import Client
from tests.reliability.faults import KINDS, FaultyProxy, new_proxy
from tests.reliability.store import Store, new_directory
from tests.seaweed import ACCESS_KEY, SECRET_KEY, SeaweedFS

WRITES = int(os.environ.get("S3_FAULT_WRITES", "2000"))
READS = WRITES // 3
WRITERS = 16
SIZE = 17_000  # a little more than what is kept in the database


@pytest.fixture(scope="module")
def proxy(seaweed: SeaweedFS) -> Iterator[FaultyProxy]:
    with new_proxy(seaweed.endpoint) as running:
        yield running


@pytest.fixture(scope="module")
def store(proxy: FaultyProxy) -> Iterator[Store]:
    url = f"s3://blocks?endpoint={proxy.endpoint}&prefix=faults&timeout=1"
    with new_directory() as data:
        keys = {"PITHOS_S3_ACCESS_KEY": ACCESS_KEY, "PITHOS_S3_SECRET_KEY": SECRET_KEY}
        running = Store(data, PITHOS_BLOCK_STORE=url, **keys)
        try:
            yield running
        finally:
            running.end()


def spread(store: Store, names: list[str], act: Callable[[Client, str], None]) -> None:
    """Do ``act`` for each name, over several connections at once."""

    def work(mine: list[str]) -> None:
        client = store.client()
        for name in mine:
            act(client, name)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, [names[at::WRITERS] for at in range(WRITERS)]))


def test_every_acknowledged_write_is_there_and_every_wrong_reply_is_noticed(
    store: Store, box: str, proxy: FaultyProxy
) -> None:
    contents = {f"{number:05}": os.urandom(SIZE) for number in range(WRITES)}
    written: list[str] = []
    read: list[str] = []

    def write(client: Client, name: str) -> None:
        status = client.put(f"{box}/{name}", contents[name]).status
        assert status in {201, 503}
        if status == 201:
            written.append(name)

    def look(client: Client, name: str) -> None:
        answer = client.get(f"{box}/{name}")
        assert answer.status == 503 or answer.body == contents[name]
        if answer.status == 200:
            read.append(name)

    with proxy.spoiling(0.2):
        spread(store, list(contents), write)
        spread(store, written[:READS], look)
    assert len(written) > 0.95 * WRITES
    assert len(read) > 0.95 * min(READS, len(written))
    # Uploads that were slow ask besides, by HEAD, whether their blocks are still there.
    assert set(proxy.done) >= {(method, kind) for method in ("GET", "PUT") for kind in KINDS}
    assert store.errors().count("came with wrong bytes") == proxy.done["GET", "wrong bytes"]
    read.clear()
    spread(store, written, look)
    assert sorted(read) == sorted(written) == store.client().names(box)
