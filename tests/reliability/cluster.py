"""Database servers of an operator's: Debian's programs, over TCP with a password."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg2

from cluster import system_user
from tests.leftovers import new_quick_directory
from tests.reliability.store import kill_family, wait_for

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "p@ss/w:rd%"
AMERICAN = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")


@dataclass
class Cluster:
    """A cluster in ``place`` that knows nothing of the store. env: what else its server is told."""

    place: Path
    port: int
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.owner = system_user.choose(self.place / "data", [PROGRAMS, self.place])
        os.chown(self.place, self.owner.uid, self.owner.gid)

    def create(self, options: Sequence[str]) -> None:
        """Make it empty. options: how it sorts, for initdb."""
        (self.place / "password").write_text(PASSWORD)
        login = ("--username=boss", "--auth=scram-sha-256", "--pwfile=password")
        self.run("initdb", "-D", "data", "-E", "UTF8", *options, *login, "--no-sync")

    def copy(self, source: "Cluster") -> None:
        """Make it a standby of another one that runs."""
        where = f"host=127.0.0.1 port={source.port} user=boss application_name=standby"
        options = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self.run("pg_basebackup", "-d", where, "-D", "data", *options, PGPASSWORD=PASSWORD)

    def run(self, program: str, *arguments: str, **env: str) -> None:
        """Run one of Postgres's programs to its end, as the cluster's owner."""
        subprocess.run(
            [*self.owner.prefix, str(PROGRAMS / program), *arguments],
            cwd=self.place,
            env={**os.environ, **env},
            check=True,
            capture_output=True,
        )

    def start(self, **settings: str) -> None:
        """Start its server, which answers. settings: of Postgres, beside the usual."""
        usual = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options = [f"--{name}={value}" for name, value in {**usual, **settings}.items()]
        # Only the server itself shall meet what env preloads, not those who change the user.
        env = [f"{name}={value}" for name, value in self.env.items()]
        command = [*self.owner.prefix, "env", *env, str(PROGRAMS / "postgres"), "-D", "data"]
        with (self.place / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "-p", str(self.port), *options], cwd=self.place, stderr=log
            )
        wait_for(self.answers)

    def stop(self, how: int = signal.SIGINT) -> None:
        """Signal its server and wait for its end."""
        self.process.send_signal(how)
        self.process.wait(timeout=30)

    def kill(self) -> None:
        """Kill -9 its server with all its processes."""
        kill_family(self.process.pid)
        self.process.wait()

    def answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str) -> "psycopg2.extensions.connection":
        """A session of the superuser's, each statement a transaction of its own."""
        session = psycopg2.connect(
            host="127.0.0.1", port=self.port, user="boss", password=PASSWORD, dbname=database
        )
        session.autocommit = True
        return session

    def ask(self, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        """What a statement returns, if anything, to the superuser in the store's database."""
        with closing(self.connect("objects")) as session, session.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def make_database(self) -> str:
        """A database as an operator makes it; its URL."""
        with closing(self.connect("postgres")) as session, session.cursor() as cursor:
            cursor.execute("CREATE ROLE store LOGIN PASSWORD %s", [PASSWORD])
            cursor.execute("CREATE DATABASE objects OWNER store")
        return url_of(self)


def url_of(*clusters: Cluster) -> str:
    """The DATABASE_URL of the store's database on whichever of these takes writes."""
    places = ",".join(f"127.0.0.1:{each.port}" for each in clusters)
    return f"postgres://store:{quote(PASSWORD, safe='')}@{places}/objects"


@contextmanager
def new_clusters(count: int) -> Iterator[list[Cluster]]:
    """So many places and ports for clusters; what runs there at the end is stopped."""
    with ExitStack() as stack:
        clusters = [
            Cluster(stack.enter_context(new_quick_directory()), _port()) for _ in range(count)
        ]
        try:
            yield clusters
        finally:
            for each in clusters:
                if hasattr(each, "process") and each.process.poll() is None:
                    each.stop(signal.SIGQUIT)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
