"""A primary with a standby: the primary dies, the standby takes over, and `serve` follows it."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest

from tests.reliability.cluster import PROGRAMS, Cluster, new_clusters, url_of
from tests.reliability.ledger import Writer
from tests.reliability.store import Store, new_directory, until, wait_for

WRITERS = 4
WRITES = 150
READY_SECONDS = 30
REFUSED_SECONDS = 5
SORTING = ["--locale=C"]

pytestmark = pytest.mark.tools(str(PROGRAMS / "postgres"), package="postgresql-15")


@pytest.fixture
def pair() -> Iterator[list[Cluster]]:
    """A primary that acknowledges only what its standby has on disk as well; and that standby."""
    with new_clusters(2) as [primary, standby]:
        primary.create(SORTING)
        primary.start(synchronous_standby_names="standby")
        standby.copy(primary)
        standby.start()
        primary.make_database()
        yield [primary, standby]


@contextmanager
def serving(url: str) -> Iterator[Store]:
    with new_directory() as data:
        store = Store(data, DATABASE_URL=url, PITHOS_WORKERS="1")
        try:
            yield store
        finally:
            store.end()


@contextmanager
def writing(store: Store, writers: list[Writer]) -> Iterator[None]:
    """Let all of them write meanwhile, each until it is told that the store cannot."""
    ended = Event()
    with ThreadPoolExecutor(len(writers)) as pool:
        begun = [pool.submit(writer.run, store.client(), ended) for writer in writers]
        yield
        ended.set()
    for each in begun:
        each.result()


def written(writers: list[Writer]) -> int:
    return sum(writer.acknowledged.total() for writer in writers)


def test_nothing_acknowledged_is_lost_with_the_primary(pair: list[Cluster]) -> None:
    primary, standby = pair
    with serving(url_of(*pair)) as store:
        writers = [Writer(f"box-{number}") for number in range(WRITERS)]
        for writer in writers:
            assert store.client().put(writer.box).status == 201
        with writing(store, writers):
            wait_for(lambda: written(writers) >= WRITES)
            primary.kill()
        died = time.monotonic()
        assert store.client().put("new").status == 503  # the standby takes no writes yet
        assert time.monotonic() - died < REFUSED_SECONDS
        standby.ask("SELECT pg_promote()")
        until(lambda: store.client().put("new"), 201)
        seconds = time.monotonic() - died
        assert seconds < READY_SECONDS
        print(f"{written(writers)} acknowledged, ready again after {seconds:.1f} s")  # noqa: T201 - for docs/reliability.md
        check_all(store, writers)


def check_all(store: Store, writers: list[Writer]) -> None:
    """Assert that all is as acknowledged, that more can be written, and that nothing is amiss."""
    client, before = store.client(), written(writers)
    for writer in writers:
        writer.settle(client)
        writer.check_history(client)
    with writing(store, writers):
        wait_for(lambda: written(writers) >= before + 20)
    checked = store.manage("fsck", "--strict")
    assert checked.returncode == 0, checked.stdout + checked.stderr
