"""A database server of the operator's: Debian's, over TCP with a password, sorting as Americans."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest

from settings.postgres import account
from tests.reliability.store import BLOCK, Store, check_container, new_directory, until, wait_for

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "p@ss/w:rd%"
NAMES = ["Z", "_", "a", "B", "a b", "a-b", "aB", "ab", "Ab", "é", "e", "ß", "\ufb00", "😀", "￦"]

pytestmark = pytest.mark.tools(str(PROGRAMS / "postgres"), package="postgresql-15")


@dataclass
class Foreign:
    """A cluster in ``place`` that knows nothing of the store."""

    place: Path
    port: int

    def __post_init__(self) -> None:
        self.owner = account.choose(self.place / "data", [PROGRAMS, self.place])
        os.chown(self.place, self.owner.uid, self.owner.gid)
        (self.place / "password").write_text(PASSWORD)
        sorting = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        login = ["--username=boss", "--auth=scram-sha-256", "--pwfile=password"]
        initdb = [*self.owner.prefix, str(PROGRAMS / "initdb"), "-D", "data", "-E", "UTF8"]
        options = [*sorting, *login, "--no-sync"]
        subprocess.run([*initdb, *options], cwd=self.place, check=True, capture_output=True)

    def start(self) -> None:
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        command = [
            *self.owner.prefix,
            str(PROGRAMS / "postgres"),
            "-D",
            "data",
            "-p",
            str(self.port),
        ]
        with (self.place / "log").open("ab") as log:
            self.process = subprocess.Popen([*command, *options], cwd=self.place, stderr=log)
        wait_for(self.answers)

    def stop(self, how: int = signal.SIGINT) -> None:
        self.process.send_signal(how)
        self.process.wait(timeout=30)

    def answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host="127.0.0.1", port=self.port, user="boss", password=PASSWORD, dbname=database
        )

    def make_database(self) -> str:
        """A database as an operator makes it; its URL."""
        with closing(self.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'a' < 'B', 'a-b' > 'aB'")
                assert cursor.fetchone() == (True, False)  # nothing like codepoint order
                cursor.execute("CREATE ROLE store LOGIN PASSWORD %s", [PASSWORD])
                cursor.execute("CREATE DATABASE objects OWNER store")
        return f"postgres://store:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/objects"


@pytest.fixture(scope="module")
def foreign() -> Iterator[Foreign]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with new_directory() as place:
        cluster = Foreign(place, port)
        cluster.start()
        yield cluster
        cluster.stop()


@pytest.fixture(scope="module")
def foreign_store(foreign: Foreign) -> Iterator[Store]:
    url = foreign.make_database()
    with new_directory() as data:
        store = Store(data, DATABASE_URL=url)
        yield store
        store.end()
        assert not (data / "pg").exists()


@pytest.fixture(params=["1", "0"], ids=["prepared", "behind a pooler"])
def store(foreign_store: Store, request: pytest.FixtureRequest) -> Store:
    if foreign_store.env.get("PITHOS_PREPARED_STATEMENTS", "1") != request.param:
        foreign_store.kill()
        foreign_store.restart(PITHOS_PREPARED_STATEMENTS=request.param)
    return foreign_store


def test_objects_are_kept_and_listed_in_codepoint_order(store: Store, box: str) -> None:
    client = store.client()
    contents = {name: os.urandom(10 * len(name.encode())) for name in NAMES}
    contents |= {"folder/large": os.urandom(BLOCK + 1), "folder/empty": b""}
    for name, content in contents.items():
        assert client.put(f"{box}/{name}", content).status == 201
    check_container(client, box, contents)
    assert client.names(box) == sorted(contents)
    assert client.names(box, marker="a", limit=3) == ["a b", "a-b", "aB"]
    assert client.names(box, prefix="a") == ["a", "a b", "a-b", "aB", "ab"]
    folders = sorted([*NAMES, "folder/"])
    assert client.names(box, delimiter="/") == folders
    for name in contents:
        assert client.delete(f"{box}/{name}").status == 204
    check_container(client, box, {})
    assert client.delete(box).status == 204


def test_containers_are_listed_in_codepoint_order(store: Store, box: str) -> None:
    client = store.client()
    names = [f"{box}{name}" for name in NAMES]
    for name in names:
        assert client.put(name).status == 201
    assert [name for name in client.names("") if name in names] == sorted(names)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "cut off"])
def test_a_restarted_database_is_found_again(
    store: Store, foreign: Foreign, box: str, how: int
) -> None:
    client = store.client()
    assert client.put(f"{box}/o", b"kept").status == 201
    foreign.stop(how)
    assert client.get(f"{box}/o").status == 503
    foreign.start()
    until(lambda: client.get(f"{box}/o"), 200)
    check_container(store.client(), box, {"o": b"kept"})
