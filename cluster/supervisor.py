"""Who shares a cluster: the first to need it starts it, the last to leave stops it.

Every process holds a shared lock on ``users`` in the cluster's directory. The kernel frees it when
the process dies, however it dies, and forked workers hold their parent's. A server whose users
were all killed keeps running; the next command finds it and stops it at its end.
"""

import atexit
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg2

from cluster.configuration import ROLE, SUPERUSER
from cluster.errors import ClusterError
from cluster.layout import PORT, Layout
from cluster.server import Options, PostgresServer, StartError, is_alive

# What the server says while a crash is still being cleaned up, and how many seconds we wait then.
# Backends outlive a killed postmaster by about a second, the recovery itself may take minutes.
_CRASH_SECONDS = 30
_RECOVERY_SECONDS = 600
_PASSING = {
    "lock file": _CRASH_SECONDS,
    "pre-existing shared memory": _CRASH_SECONDS,
    "shutting down": _CRASH_SECONDS,
    "starting up": _RECOVERY_SECONDS,
    "not yet accepting": _RECOVERY_SECONDS,
    "in recovery": _RECOVERY_SECONDS,
}
_RETRY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ClusterMembership:
    """A process's share in a running cluster. users: descriptor that holds the shared lock."""

    layout: Layout
    options: Options
    users: int
    pid: int

    def leave(self) -> None:
        """Give up the share; the last one stops the server. Nothing in forked children."""
        if os.getpid() != self.pid or _members().pop(self.layout.root, None) is None:
            return
        atexit.unregister(self.leave)
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            if is_alive(self.layout):
                PostgresServer.of(self.layout, self.options).stop()
        finally:
            os.close(self.users)


@cache
def _members() -> dict[Path, ClusterMembership]:
    """Return this process's memberships, by the clusters' roots."""
    return {}


def join(layout: Layout, options: Options = Options()) -> ClusterMembership:
    """Start the cluster, or join the running one, until this process ends.

    Joining again looks after the server and starts it if it has died.

    Raises:
        ClusterError: it cannot run; the message says why and what to set.
    """
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
        layout.root.chmod(0o711)  # the server's user walks through to data and run
        with _exclusive(layout.root / "start.lock"):
            if layout.root not in _members():
                _members()[layout.root] = _enrol(layout, options)
            _bring_up(layout, options)
    except OSError as error:
        raise ClusterError(
            f"the embedded Postgres cannot use {layout.root}: {error}; set PITHOS_DATA_DIR to a"
            " directory of your own, or DATABASE_URL to a server"
        ) from error
    return _members()[layout.root]


def _enrol(layout: Layout, options: Options) -> ClusterMembership:
    users = os.open(layout.root / "users", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)  # waits while the last user stops the server
    member = ClusterMembership(layout, options, users, os.getpid())
    atexit.register(member.leave)
    return member


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _bring_up(layout: Layout, options: Options) -> None:
    begun = time.monotonic()
    while True:
        try:
            if not is_alive(layout):
                PostgresServer.of(layout, options).start()
            _create_database(layout)
        except (StartError, psycopg2.OperationalError) as error:
            if time.monotonic() - begun >= _patience(layout, error):
                raise ClusterError(
                    f"the embedded Postgres does not start: {str(error).strip()}\n"
                    f"(its log is {layout.log}; DATABASE_URL takes another server)"
                ) from error
            time.sleep(_RETRY_SECONDS)
        else:
            return


def _patience(layout: Layout, error: StartError | psycopg2.OperationalError) -> int:
    """Return for how many seconds in all it is worth trying again."""
    if isinstance(error, psycopg2.OperationalError) and not is_alive(layout):
        return _CRASH_SECONDS  # it died between our two looks at it
    return max((seconds for text, seconds in _PASSING.items() if text in str(error)), default=0)


def _create_database(layout: Layout) -> None:
    """Make the role and the database that a new, or half-made, cluster lacks."""
    host = str(layout.run)
    connection = psycopg2.connect(host=host, port=PORT, user=SUPERUSER, dbname="postgres")
    with closing(connection):
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
