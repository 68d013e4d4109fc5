"""Backups, checks and garbage collection see blobs as they see objects."""

from pathlib import Path

from tests.blobs.client import BlobClient
from tests.reliability.fire import back_up, begin_anew, restore
from tests.reliability.store import Store, new_directory, new_store

LARGE = bytes(range(256)) * 400


def blobs_of(store: Store) -> BlobClient:
    return BlobClient(store.client())


def test_blobs_are_backed_up_checked_and_collected() -> None:
    with new_store() as store, new_directory() as place:
        blobs = blobs_of(store)
        assert blobs.upload([("a", b"small"), ("b", LARGE), ("gone", LARGE[1:])]).status == 200
        blobs.set_flags("a", "FAILED")
        blobs.delete("gone")
        collected = store.manage("collect_garbage", "--grace", "0", "--apply")
        assert (collected.returncode, len(store.blocks())) == (0, 1)
        back_up(store, Path(place) / "backup")
        begin_anew(store)
        restore(store, Path(place) / "backup")
        store.restart()
        again = blobs_of(store)
        assert (again.get("a").body, again.get("b").body) == (b"small", LARGE)
        assert (again.flags("a"), again.ids("deleted=1")) == (["FAILED"], ["gone"])
        assert again.put("c", b"new").status == 200
        assert store.manage("fsck", "--strict").returncode == 0
