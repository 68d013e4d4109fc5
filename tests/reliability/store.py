"""A whole store of a test's own: server, embedded Postgres and blocks, made to be killed."""

import fcntl
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import Any

import psycopg2

from cluster.layout import PORT, Layout
from cluster.server import is_alive
from tests import forks
from tests.api.client import Answer, Client
from tests.api.server import ROOT, Server
from tests.leftovers import VARIABLE, make_quick_part, new_directory

__all__ = ["new_directory"]

BLOCK = 4 << 20
PATIENCE_SECONDS = 30


class Store(Server):
    """A ``Server`` with its own durable Postgres and the first user that it made."""

    def __init__(self, data: Path, **env: str) -> None:
        self.clients: list[Client] = []
        self.layout = Layout(data / "pg")
        usual = {"DATABASE_URL": "", "CRASH_AT": "", "PITHOS_SCRUB_RATE": "0"}
        if VARIABLE in os.environ and self.root == ROOT and not env.get("DATABASE_URL"):
            plant(data)
        super().__init__(data, **{**usual, **env})
        found = re.search(r"account +(\S+)\s+token +(\S+)", self.output)
        assert found, self.output
        self.account, self.token = found.groups()

    def client(self) -> Client:
        """A new connection of the user's."""
        client = Client(self.address, self.account, self.token)
        self.clients.append(client)
        return client

    def restart(self, **env: str) -> None:
        """Start the server again, which is dead; ``env`` is added to what it is told."""
        assert self.process.poll() is not None
        self._close()
        self.env.update(env)
        self.start()

    def kill_all(self) -> None:
        """Kill -9 the server and its database server."""
        self.kill()
        self.kill_postgres()

    def kill_postgres(self) -> None:
        """Kill -9 the database server with all its processes."""
        kill_family(self.postmaster)
        wait_for(lambda: not is_alive(self.layout))

    def stop_postgres(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the database server as an operator does, cutting its connections."""
        os.kill(self.postmaster, how)
        wait_for(lambda: not (self.layout.data / "postmaster.pid").exists())

    def workers(self) -> list[int]:
        """The process ids of the server's workers."""
        return _children(self.process.pid)

    @contextmanager
    def without_revival(self) -> Iterator[None]:
        """Keep ``serve`` from starting a dead database server again meanwhile."""
        with (self.layout.root / "start.lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def session(self) -> psycopg2.extensions.connection:
        """A connection to the store's own database."""
        run = str(self.layout.run)
        return psycopg2.connect(host=run, port=PORT, user="pithos", dbname="pithos")

    def ask(self, statement: str, *parameters: object) -> Any:
        """The first value of the first row that a query of the store's own database gives."""
        with closing(self.session()) as database, database, database.cursor() as cursor:
            cursor.execute(statement, parameters)
            row = cursor.fetchone()
        assert row is not None
        return row[0]

    def execute(self, statement: str, *parameters: object) -> None:
        """Change the store's own database, as nobody should."""
        self.ask(f"WITH done AS ({statement} RETURNING 1) SELECT count(*) FROM done", *parameters)

    def blocks(self) -> dict[str, Path]:
        """The files of all stored blocks, by digest."""
        return {path.name: path for path in (self.data / "blocks").glob("???/*")}

    def end(self) -> None:
        """Leave no process, socket or file behind, whatever state the store is in."""
        try:
            self.stop()
        finally:
            self._close()
            if is_alive(self.layout):
                self.kill_postgres()

    def _close(self) -> None:
        for client in self.clients:
            client.connection.close()
        self.clients.clear()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()

    @property
    def postmaster(self) -> int:
        return int((self.layout.data / "postmaster.pid").read_text().split()[0])


@cache
def _seed() -> Path:
    """The files of a new database with all tables: copying them is quicker than making them."""
    data = make_quick_part(Path(os.environ[VARIABLE]))
    env = {**os.environ, "DATABASE_URL": "", "PITHOS_DATA_DIR": str(data)}
    forks.run(("migrate", "--verbosity=0"), env).check_returncode()
    return Layout(data / "pg").data


def plant(data: Path) -> None:
    """Give a store to be the database that the first start or ``migrate`` would make."""
    layout, files = Layout(data / "pg"), make_quick_part(data) / "data"
    layout.root.mkdir()
    # Without extended attributes, which take most of the time and are nobody's.
    plain = ("-dR", "--preserve=mode,ownership,timestamps")
    subprocess.run(["cp", *plain, _seed(), files], check=True)
    layout.data.symlink_to(files)


@contextmanager
def new_store(**env: str) -> Iterator[Store]:
    """A first start in an empty directory; all is gone afterwards. env: what else it is told."""
    with new_directory() as path:
        store = Store(path, **env)
        try:
            yield store
        finally:
            store.end()


def until(act: Callable[[], Answer], *statuses: int) -> Answer:
    """Repeat a request until its status is one of these; while it is not, only 503 will do."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = act()
        if answer.status in statuses:
            return answer
        assert answer.status == 503
        assert time.monotonic() < deadline, "no recovery"
        time.sleep(0.1)


def check_container(client: Client, container: str, expected: dict[str, bytes]) -> None:
    """Assert that the container holds exactly this: names, bytes, ETags and counters."""
    listed = client.get(container, format="json", limit=10_000).json
    assert [each["name"] for each in listed] == sorted(expected)
    for each in listed:
        answer = client.get(f"{container}/{each['name']}")
        assert answer.status == 200
        assert answer.body == expected[each["name"]]
        assert answer["ETag"] == each["hash"] == md5(answer.body).hexdigest()
    check_usage(client, container, [len(content) for content in expected.values()])


def check_usage(client: Client, container: str, sizes: Sequence[int]) -> None:
    """Assert the container's counters, exact at once."""
    head = client.head(container)
    assert int(head["X-Container-Object-Count"]) == len(sizes)
    assert int(head["X-Container-Bytes-Used"]) == sum(sizes)


def wait_for(condition: Callable[[], object]) -> None:
    """Return soon after the condition holds; what is waited for long is asked more seldom."""
    begun = time.monotonic()
    while not condition():
        waited = time.monotonic() - begun
        assert waited < PATIENCE_SECONDS
        time.sleep(min(0.01 + waited / 10, 0.2))


def kill_family(pid: int) -> None:
    """Kill -9 a process and its children."""
    for each in (pid, *_children(pid)):
        with suppress(ProcessLookupError):  # it went with its parent
            os.kill(each, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))
