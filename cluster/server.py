"""Making, starting and stopping one cluster. Who may do so when is the supervisor's business."""

import os
import shutil
import socket
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from cluster import binaries, configuration, system_user
from cluster.errors import ClusterError
from cluster.layout import Layout

_START_SECONDS = 600  # crash recovery reads all WAL since the last checkpoint
_STOP_SECONDS = 60
_LOG_LIMIT = 16 << 20
_LOG_TAIL = 2000


class StartError(Exception):
    """The programs of Postgres failed; the message is what they said."""


@dataclass(frozen=True, slots=True)
class Options:
    """What whoever starts a cluster wants of it.

    connections: connections that it must have room for; it has room for 100 anyhow.
    programs: the directory of ``postgres``, ``initdb`` and ``pg_ctl``; None looks for one.
    """

    connections: int = 0
    programs: Path | None = None


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """One cluster, the programs for it, the user it runs as, its most connections."""

    layout: Layout
    programs: Path
    user: system_user.SystemUser
    connections: int = 0

    @classmethod
    def of(cls, layout: Layout, options: Options = Options()) -> "PostgresServer":
        """Find the programs and the user.

        Raises:
            ClusterError: there are none that work here.
        """
        programs = binaries.find(_major(layout), options.programs)
        reach = [programs / "postgres", layout.root]
        return cls(layout, programs, system_user.choose(layout.data, reach), options.connections)

    def start(self) -> None:
        """Make the cluster if there is none, start it, and return when it answers.

        Raises:
            StartError: with the end of the server's log.
        """
        if not self.layout.data.exists():
            self._initialise()
        self._own(self.layout.run)
        self._drop_stale_locks()
        configuration.write(self.layout, self.user.names(), self.connections)
        with self._open_log() as log:
            before = log.tell()
            # pg_ctl gives the server a session of its own: Ctrl-C does not reach it.
            arguments = ("-D", ".", "-w", "-t", str(_START_SECONDS))
            started = self._run("pg_ctl", "start", *arguments, to=log)
        if started.returncode != 0:
            raise StartError(self._log_since(before))

    def stop(self) -> None:
        """Stop the server if it runs; open connections are cut, running transactions roll back."""
        self._run("pg_ctl", "stop", "-D", "data", "-m", "fast", "-t", str(_STOP_SECONDS))

    def _initialise(self) -> None:
        # Under another name until it is whole: a half-made cluster must never be started.
        unborn = self.layout.root / "data.new"
        if unborn.exists():
            shutil.rmtree(unborn)
        self._own(unborn)
        options = ["-U", configuration.SUPERUSER, "--locale=C", "-E", "UTF8", "--data-checksums"]
        options += ["--auth-local=peer", "--auth-host=reject"]
        options += ["--no-sync"] if self.layout.disposable else []
        made = self._run("initdb", "-D", "data.new", *options)
        if made.returncode != 0:
            raise StartError(made.stderr.decode(errors="replace")[-_LOG_TAIL:])
        unborn.rename(self.layout.data)
        _sync_directory(self.layout.root)

    def _own(self, directory: Path) -> None:
        """Make ``directory``, or make sure of it: private, and the server's user's."""
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            found = directory.lstat()
            owners = (self.user.uid, os.geteuid())
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
                raise ClusterError(
                    f"{directory} belongs to somebody else: remove it, or set PITHOS_DATA_DIR to"
                    " another (shorter) path"
                ) from None
        if os.geteuid() == 0:
            os.chown(directory, self.user.uid, self.user.gid, follow_symlinks=False)
        directory.chmod(0o700)

    def _drop_stale_locks(self) -> None:
        """Remove lock files if no process works in the cluster.

        Postgres goes by the number in them, and would wait for ever: after a restart of a container
        or machine it may be another process of our user's, or it is that of a killed server whose
        parent takes no note, as the first process of a container may do.
        """
        data = self.layout.data.resolve()
        if not any(_works_in(data, process) for process in Path("/proc").glob("[0-9]*")):
            lock = self.layout.socket.with_name(f"{self.layout.socket.name}.lock")
            for path in (data / "postmaster.pid", lock):
                path.unlink(missing_ok=True)

    def _run(
        self, program: str, *arguments: str, to: IO[bytes] | int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[bytes]:
        # Relative paths below root: pg_ctl hands its own to a shell. A clean environment: PGDATA,
        # PGPORT and their like would reconfigure the server.
        return subprocess.run(  # noqa: S603 - programs of our own choosing
            [*self.user.prefix, str(self.programs / program), *arguments],
            cwd=self.layout.root,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=to,
            stderr=to,
            check=False,
        )

    def _open_log(self) -> BinaryIO:
        """Open the log to append; private, since it quotes statements. A long one is set aside."""
        log = self.layout.log
        log.touch(mode=0o600)
        if log.stat().st_size > _LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
            log.touch(mode=0o600)
        return log.open("ab")

    def _log_since(self, offset: int) -> str:
        with self.layout.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")[-_LOG_TAIL:]


def is_alive(layout: Layout) -> bool:
    """Return whether something listens on the socket; a process number would prove nothing."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(layout.socket))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True


def _works_in(directory: Path, process: Path) -> bool:
    """Return whether that is the working directory of a process, given as below /proc."""
    try:
        return (process / "cwd").readlink() == directory
    except OSError:  # it has ended, or belongs to somebody who cannot be ours
        return False


def _major(layout: Layout) -> int | None:
    try:
        return int((layout.data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
