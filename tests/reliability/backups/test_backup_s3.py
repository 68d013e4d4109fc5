"""A store whose blocks are in S3 is lost with its bucket, and made again of its backup."""

from collections.abc import Iterator
from shutil import rmtree

import obstore
import pytest
from obstore.store import S3Store

from tests.leftovers import new_quick_directory
from tests.reliability.fire import amid_writes, back_up, restore
from tests.reliability.store import Store, new_directory
from tests.seaweed import ACCESS_KEY, SECRET_KEY, SeaweedFS

PREFIX = "drill"


@pytest.fixture
def store(seaweed: SeaweedFS) -> Iterator[Store]:
    keys = {"PITHOS_S3_ACCESS_KEY": ACCESS_KEY, "PITHOS_S3_SECRET_KEY": SECRET_KEY}
    with new_directory() as data:
        running = Store(data, PITHOS_BLOCK_STORE=seaweed.url("blocks", prefix=PREFIX), **keys)
        try:
            yield running
        finally:
            running.end()


@pytest.fixture
def bucket(seaweed: SeaweedFS) -> S3Store:
    """What the store keeps in S3, as an operator sees it."""
    return S3Store(
        "blocks",
        prefix=PREFIX,
        config={
            "endpoint": seaweed.endpoint,
            "access_key_id": ACCESS_KEY,
            "secret_access_key": SECRET_KEY,
            "region": "us-east-1",
        },
        client_options={"allow_http": True},
    )


def keys(bucket: S3Store) -> list[str]:
    return [each["path"] for each in obstore.list(bucket).collect()]


def wipe(store: Store, bucket: S3Store) -> None:
    """Lose the database and the bucket's objects."""
    store.kill_all()
    rmtree(store.data / "pg")
    for key in keys(bucket):
        obstore.delete(bucket, key)
    assert keys(bucket) == []


def test_what_was_acknowledged_before_a_backup_is_there_after_both_are_lost(
    store: Store, bucket: S3Store
) -> None:
    store.client().put("c")
    with new_quick_directory() as place:
        with amid_writes(store) as writers:
            made = back_up(store, place)
        wipe(store, bucket)
        restore(store, place)
    assert made["copied"] == made["blocks"] == len(keys(bucket)) > 0
    store.restart()
    client = store.client()  # with the token of before
    for writer in writers:
        writer.check(client)
    assert store.manage("fsck", "--strict").returncode == 0
