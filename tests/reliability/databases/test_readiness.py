"""/readyz says what is away, soon, and nothing that is secret; /healthz and /metrics go on."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psutil
import psycopg2
import pytest

from cluster.layout import PORT
from tests.api.client import Answer
from tests.reliability.store import BLOCK, Store, until, wait_for

WITHIN_SECONDS = 4


def failing(store: Store) -> dict[str, str]:
    """What /readyz says, which must come in time."""
    begun = time.monotonic()
    answer = ask(store, "/readyz")
    assert time.monotonic() - begun < WITHIN_SECONDS
    found = json.loads(answer.body)
    assert found["ready"] is (answer.status == 200)
    parts: dict[str, str] = found["failing"]
    return parts


def ask(store: Store, path: str) -> Answer:
    return store.client().raw("GET", path)


@contextmanager
def hung_postgres(store: Store) -> Iterator[None]:
    """A database server that is there and answers nobody."""
    postmaster = psutil.Process(int((store.layout.data / "postmaster.pid").read_text().split()[0]))
    postmaster.suspend()
    # Connections from before would still answer.
    backends = postmaster.children()
    try:
        for backend in backends:
            with suppress(psutil.NoSuchProcess):  # it was about to end
                backend.suspend()
        yield
    finally:
        for backend in backends:
            with suppress(psutil.NoSuchProcess):
                backend.resume()
        postmaster.resume()


@contextmanager
def applied_as(store: Store, name: str, other: str) -> Iterator[None]:
    """A database that lacks a migration, for all that its own list says."""
    run = str(store.layout.run)
    database = psycopg2.connect(host=run, port=PORT, user="pithos", dbname="pithos")
    database.autocommit = True
    rename = "UPDATE django_migrations SET name = %s WHERE name = %s"
    with closing(database), database.cursor() as cursor:
        cursor.execute(rename, (other, name))
        yield
        cursor.execute(rename, (name, other))


def test_without_postgres(store: Store) -> None:
    with store.without_revival():
        store.kill_postgres()
        assert failing(store) == {
            "database": "cannot be reached",
            "migrations": "cannot be reached",
        }
        assert ask(store, "/healthz").status == 200
        assert b"pithos_database_up 0.0" in ask(store, "/metrics").body
    until(lambda: ask(store, "/readyz"), 200)


def test_a_database_that_hangs_is_waited_for_only_so_long(store: Store) -> None:
    with hung_postgres(store):
        for _ in range(2):
            assert failing(store)["database"] == "no answer within 2 seconds"
        assert b"pithos_database_up 0.0" in ask(store, "/metrics").body
    wait_for(lambda: ask(store, "/readyz").status == 200)


def test_without_blocks(store: Store, box: str) -> None:
    assert store.client().put(f"{box}/o", os.urandom(BLOCK)).status == 201
    blocks = store.data / "blocks"
    away = blocks.rename(store.data / "away")
    try:
        assert failing(store) == {"block store": "cannot be read"}
        blocks.mkdir()  # what is left where a volume is not mounted
        assert "is it mounted?" in failing(store)["block store"]
        blocks.rmdir()
    finally:
        away.rename(blocks)
    assert failing(store) == {}


def test_a_migration_that_is_not_applied_is_named(store: Store) -> None:
    with applied_as(store, "0002_storage", "elsewhere"):
        assert failing(store) == {"migrations": "not applied: pithos_api.0002_storage"}
    assert failing(store) == {}


@pytest.mark.parametrize("change", ["flip", "remove"])
def test_damage_that_readers_meet_is_counted(store: Store, box: str, change: str) -> None:
    content = os.urandom(BLOCK)
    before = set(store.blocks())
    store.client().put(f"{box}/o", content)
    (block,) = [path for name, path in store.blocks().items() if name not in before]
    block.unlink() if change == "remove" else block.write_bytes(b"?" * BLOCK)
    assert store.client().get(f"{box}/o").status == 503
    name = "missing" if change == "remove" else "damaged"
    assert f"pithos_blocks_{name}_total 1.0".encode() in ask(store, "/metrics").body
    assert store.client().put(f"{box}/o", content).status == 201  # heals it
