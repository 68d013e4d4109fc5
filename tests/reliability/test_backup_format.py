"""A backup of the first format, made in November 2026, is restored by every later release."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.store import Store, new_directory, new_store

FIRST = Path(__file__).parent / "backup_format_1"


@pytest.fixture(scope="module")
def restored() -> Iterator[Store]:
    """A store made of the backup. Of a copy, for a store of blocks makes rooms of its own there."""
    with new_store() as store, new_directory() as path:
        backup = shutil.copytree(FIRST, path / "backup")
        store.kill()
        done = store.manage("restore", str(backup), "--force")
        assert done.returncode == 0, done.stderr
        store.restart()
        store.token = store.manage("create_token", store.account).stdout.strip()
        yield store


def test_its_objects_are_there(restored: Store) -> None:
    client = restored.client()
    small = client.get("c/small")
    assert (small.body, small["Content-Type"]) == (b"second", "text/plain")
    assert small["X-Object-Meta-Colour"] == "blue"
    assert client.get("c/large").body == b"0123456789abcdef" * 2000
    assert client.get("c/large")["X-Object-Sharing"] == "read=*"


def test_its_history_is_there(restored: Store) -> None:
    client = restored.client()
    first = client.get("c/small", version="1")
    assert first.body == b"first"
    assert client.get("c/gone").status == 404


def test_the_store_is_sound(restored: Store) -> None:
    assert restored.manage("fsck", "--strict").returncode == 0
