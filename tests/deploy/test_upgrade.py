"""The database is brought up to date under a server of the version before, which goes on."""

import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from tests.api.client import Client
from tests.reliability.store import Store, check_container, new_directory, wait_for

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = [f"{app}/migrations/0*.py" for app in ("accounts", "audit", "pithos_api")]


def git(*arguments: str) -> bytes:
    command = ["git", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout


def version_before() -> str | None:
    """The commit before the newest migration; None where the history is not at hand."""
    try:
        newest = git("log", "-1", "--format=%H", "--diff-filter=A", "--", *MIGRATIONS)
        return git("rev-parse", f"{newest.decode().strip()}^").decode().strip()
    except (OSError, subprocess.CalledProcessError):
        return None


BEFORE = version_before()
pytestmark = pytest.mark.skipif(BEFORE is None, reason="needs git and the project's history")


@pytest.fixture
def old() -> Iterator[Store]:
    """A store that runs the code from before the newest migration."""
    with new_directory() as path:
        tree = path / "code"
        with tarfile.open(fileobj=BytesIO(git("archive", str(BEFORE)))) as archive:
            archive.extractall(tree, filter="data")
        (path / "data").mkdir()
        store = type("OldStore", (Store,), {"root": tree})(path / "data")
        try:
            yield store
        finally:
            store.end()
            shutil.rmtree(tree)


class Writer(threading.Thread):
    """Writes, reads and deletes without pause. kept: what must be there; failed: what was not."""

    def __init__(self, client: Client, name: str) -> None:
        super().__init__(daemon=True)
        self.client = client
        self.name_prefix = name
        self.kept: dict[str, bytes] = {}
        self.failed: list[str] = []
        self.turns = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            name, content = f"{self.name_prefix}-{self.turns % 50}", os.urandom(100 + self.turns)
            self.expect(self.client.put(f"box/{name}", content).status, 201)
            self.kept[name] = content
            self.expect(self.client.get(f"box/{name}").body, content)
            if self.turns % 3 == 0:
                self.expect(self.client.delete(f"box/{name}").status, 204)
                del self.kept[name]
            self.turns += 1

    def expect(self, found: object, wanted: object) -> None:
        if found != wanted:
            self.failed.append(f"{found!r} is not {wanted!r}"[:200])


def applied(store: Store) -> int:
    count: int = store.ask("SELECT count(*) FROM django_migrations")
    return count


def migrate(store: Store) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT, env=store.env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_server_of_the_version_before_goes_on_while_and_after_the_database_is_migrated(old):
    assert old.client().put("box").status == 201
    writers = [Writer(old.client(), name) for name in "ab"]
    for writer in writers:
        writer.start()
    before = applied(old)
    wait_for(lambda: min(writer.turns for writer in writers) > 5)
    migrate(old)
    assert applied(old) > before
    reached = max(writer.turns for writer in writers)
    wait_for(lambda: min(writer.turns for writer in writers) > reached + 20)
    for writer in writers:
        writer.ended.set()
        writer.join()
    assert [writer.failed for writer in writers] == [[], []]
    kept = writers[0].kept | writers[1].kept
    check_container(old.client(), "box", kept)
    old.process.terminate()  # and now the new version takes over
    old.process.wait(timeout=40)
    old.root = ROOT
    old.restart()
    check_container(old.client(), "box", kept)
