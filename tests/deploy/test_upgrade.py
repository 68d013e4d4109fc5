"""The database is brought up to date under a server of the version before, which goes on."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from tests.reliability.ledger import Writer
from tests.reliability.store import Store, new_directory, wait_for

ROOT = Path(__file__).resolve().parents[2]
# A writer waits so long between requests: all that it has written is read again three times.
PAUSE_SECONDS = 0.05
MIGRATIONS = [f"{app}/migrations/0*.py" for app in ("accounts", "audit", "images", "pithos_api")]


def git(*arguments: str) -> bytes:
    command = ["git", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout


def version_before() -> str | None:
    """The commit before the newest migration; None where the history is not at hand.

    Or the one before an earlier migration: those that the commit has must be what they are today.
    """
    try:
        added = git("log", "--format=%H", "--diff-filter=A", "--", *MIGRATIONS).decode().split()
        return next((f"{commit}^" for commit in added if not changed_since(f"{commit}^")), None)
    except (OSError, subprocess.CalledProcessError):
        return None


def changed_since(commit: str) -> bytes:
    """The migrations that were changed or removed since."""
    return git("diff", "--no-renames", "--diff-filter=DM", commit, "HEAD", "--", *MIGRATIONS)


BEFORE = version_before()
pytestmark = pytest.mark.skipif(BEFORE is None, reason="needs git and the project's history")


@pytest.fixture
def old() -> Iterator[Store]:
    """A store that runs the code from before the newest migration."""
    with new_directory() as path:
        tree = path / "code"
        tree.mkdir()
        code = git("archive", str(BEFORE))
        subprocess.run(["tar", "--extract", f"--directory={tree}"], input=code, check=True)
        (path / "data").mkdir()
        store = type("OldStore", (Store,), {"root": tree})(path / "data")
        try:
            yield store
        finally:
            store.end()
            shutil.rmtree(tree)


@dataclass(frozen=True)
class Load:
    """Writers at work. running: each one's end, or what it has met."""

    writers: list[Writer]
    running: list[Future[None]]

    def wait(self, count: int) -> None:
        """Wait until each has been answered so many times more. Raises: what one has met."""
        wanted = [(writer, writer.acknowledged.total() + count) for writer in self.writers]
        wait_for(lambda: self._has_come_to(wanted))

    def _has_come_to(self, wanted: list[tuple[Writer, int]]) -> bool:
        for each in self.running:
            if each.done():
                each.result()
        return all(writer.acknowledged.total() >= total for writer, total in wanted)


@contextmanager
def writing(store: Store, writers: list[Writer]) -> Iterator[Load]:
    """Let these write, read and delete meanwhile; nothing may be refused."""
    ended = Event()

    def write(writer: Writer) -> None:
        writer.run(store.client(), ended, PAUSE_SECONDS)
        assert ended.is_set(), writer.refused

    with ThreadPoolExecutor(len(writers)) as pool:
        load = Load(writers, [pool.submit(write, writer) for writer in writers])
        try:
            yield load
        finally:
            ended.set()
    for each in load.running:
        each.result()


def applied(store: Store) -> int:
    count: int = store.ask("SELECT count(*) FROM django_migrations")
    return count


def migrate(store: Store) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT, env=store.env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def check(store: Store, writers: list[Writer]) -> None:
    """Assert that all that was acknowledged is there, the history too."""
    for writer in writers:
        writer.settle(store.client())
        writer.check_history(store.client())


def test_a_server_of_the_version_before_goes_on_while_and_after_the_database_is_migrated(
    old: Store,
) -> None:
    writers = [Writer(f"upgrade-{number}") for number in range(3)]
    assert {old.client().put(writer.box).status for writer in writers} == {201}
    before = applied(old)
    with writing(old, writers) as load:
        load.wait(20)
        migrate(old)
        assert applied(old) > before
        load.wait(60)
    check(old, writers)
    old.process.terminate()  # and now the new version takes over
    old.process.wait(timeout=40)
    old.root = ROOT
    old.restart()
    check(old, writers)
    with writing(old, writers) as load:
        load.wait(20)
    check(old, writers)
    checked = old.manage("fsck", "--strict")
    assert checked.returncode == 0, checked.stdout + checked.stderr
