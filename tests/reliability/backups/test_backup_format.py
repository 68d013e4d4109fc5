"""A backup of the first format, made in November 2026, is restored by every later release."""

import gzip
import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.reliability.store import Store, new_directory, new_store

FIRST = Path(__file__).parent / "backup_format_1"


SESSION = "an-old-session\tsigned\t2099-01-01 00:00:00+00\n"


def add_session(state: Path) -> None:
    """Make the backup one of a store where somebody was signed in."""
    file = gzip.compress(SESSION.encode())
    (state / "django_session.gz").write_bytes(file)
    manifest = json.loads((state / "manifest.json").read_text())
    [table] = [each for each in manifest["tables"] if each["table"] == "django_session"]
    table |= {"rows": 1, "sha256": sha256(file).hexdigest()}
    content = json.dumps(manifest).encode()
    (state / "manifest.json").write_bytes(content)
    (state / "manifest.sha256").write_text(sha256(content).hexdigest())


@pytest.fixture(scope="module")
def restored() -> Iterator[Store]:
    """A store made of the backup. Of a copy, for a store of blocks makes rooms of its own there."""
    with new_store() as store, new_directory() as path:
        backup = shutil.copytree(FIRST, path / "backup")
        add_session(next(backup.glob("*Z")))
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


def test_its_sessions_and_the_key_that_signed_them_are_not_there(restored: Store) -> None:
    assert restored.ask("SELECT count(*) FROM django_session") == 0
    [then] = FIRST.glob("*Z/accounts_signing_key.gz")
    key = gzip.decompress(then.read_bytes()).decode().split()[1]
    assert len(restored.ask("SELECT key FROM accounts_signing_key")) == len(key)
    assert restored.ask("SELECT key FROM accounts_signing_key") != key


def test_the_store_is_sound(restored: Store) -> None:
    assert restored.manage("fsck", "--strict").returncode == 0
