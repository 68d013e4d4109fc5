"""Processes of ``manage.py`` and of stock clients that begin at once: forks of one that has loaded.

Loading takes up to two seconds of a processor, and a run starts hundreds of processes. What cannot
be forked is started by itself, and so is everything with PITHOS_TEST_FORKS=0.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from types import TracebackType
from typing import IO, Any

ROOT = Path(__file__).parents[2]
VARIABLE = "PITHOS_TEST_FORKS"
MANAGE = "manage.py"
# What Python, the loader of libraries and the C library read when a program begins: a fork can be
# told nothing else than we were. The same holds for what statements are made with as they load.
READ_AT_THE_BEGINNING = ("PYTHON", "LD_", "LC_", "LANG", "TZ", "MALLOC_", "OPENSSL_")
LOADED = ("PITHOS_SERVE_SUSPENDED",)
MESSAGE_BYTES = 1 << 20


class Fork:
    """One of these processes, with what tests use of ``subprocess.Popen``.

    stdout: what it prints, if it was started with a pipe.
    """

    def __init__(self, parent: "Parent", pid: int, stdout: IO[str] | None = None) -> None:
        self.pid, self.stdout = pid, stdout
        self.returncode: int | None = None
        self._parent, self._end, self._turn = parent, os.pidfd_open(pid), Lock()

    def wait_with(self, file: int) -> None:
        """Return when it has ended, or something can be read from the file."""
        poll = select.poll()
        for each in (self._end, file):
            poll.register(each, select.POLLIN)
        poll.poll()

    def poll(self) -> int | None:
        """Its exit status as that of a ``Popen``; None while it runs."""
        with self._turn:
            if self.returncode is None and _is_readable(self._end, 0):
                self.returncode = self._parent.reap(self.pid)
                os.close(self._end)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises: subprocess.TimeoutExpired: it runs on.
        """
        if self.returncode is None:
            _is_readable(self._end, timeout)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("a fork", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """Signal it, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> "Fork":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self.stdout is not None:
            self.stdout.close()
        self.wait()


def _is_readable(file: int, timeout_seconds: float | None) -> bool:
    poll = select.poll()  # select takes no numbers above 1023
    poll.register(file, select.POLLIN)
    return bool(poll.poll(None if timeout_seconds is None else timeout_seconds * 1000))


class Parent:
    """The process that has loaded a program. It forks and, since they are its children, it reaps.

    program: ``manage.py``, or the name of one that is installed beside Python.
    """

    def __init__(self, program: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_BYTES)
        self._socket, self._turn = ours, Lock()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.forks.parent", str(theirs.fileno()), program],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": ""},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def fork(
        self, words: Sequence[str], env: Mapping[str, str], files: list[int], place: Path = ROOT
    ) -> int:
        """The number of a new process. files: its three standard ones; place: where it begins."""
        told = {"words": list(words), "env": dict(env), "place": str(place)}
        return self._ask(told, files)

    def reap(self, pid: int) -> int:
        """The exit status of a process that has ended; as of a killed one if nobody knows it."""
        try:
            return self._ask({"reap": pid}, [])
        except (OSError, ValueError):  # we are dead ourselves
            return -signal.SIGKILL

    def end(self) -> None:
        """Leave nothing behind."""
        self._socket.close()
        self.process.wait()

    def _ask(self, request: Mapping[str, Any], files: list[int]) -> int:
        with self._turn:
            socket.send_fds(self._socket, [json.dumps(request).encode()], files)
            answer = self._socket.recv(MESSAGE_BYTES)
        return int(answer)


_parents: dict[str, Parent] = {}
_making = Lock()


def start(
    words: Sequence[str],
    env: Mapping[str, str],
    stdout: int | None = None,
    stderr: int | None = None,
    root: Path = ROOT,
) -> Fork | subprocess.Popen[str]:
    """Start ``manage.py`` with these words, in a session of its own and without input.

    stdout, stderr: as for ``Popen``: numbers of files, PIPE for the former, None for our own.
    root: where the code is; what is not here is started by itself.
    """
    if root != ROOT or not can_be_forked(env):
        return subprocess.Popen(
            [sys.executable, MANAGE, *words],
            cwd=root,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    read, write = os.pipe() if stdout == subprocess.PIPE else (None, stdout)
    with open(os.devnull) as nothing:
        files = [nothing.fileno(), 1 if write is None else write, 2 if stderr is None else stderr]
        parent = parent_of(MANAGE)
        pid = parent.fork(words, env, files)
    if read is None:
        return Fork(parent, pid)
    assert write is not None
    os.close(write)
    return Fork(parent, pid, open(read, encoding="utf-8"))


def run(
    words: Sequence[str], env: Mapping[str, str], root: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` with these words to its end."""
    with TemporaryFile("w+") as said, TemporaryFile("w+") as complained:
        status = start(words, env, said.fileno(), complained.fileno(), root).wait()
        for each in (said, complained):
            each.seek(0)
        return subprocess.CompletedProcess(words, status, said.read(), complained.read())


def load() -> None:
    """Begin to load ``manage.py``, beside whatever we do until it is to be forked."""
    if can_be_forked(os.environ):
        parent_of(MANAGE)


@contextmanager
def ended() -> Iterator[None]:
    """End the processes that fork, if there was need for any."""
    try:
        yield
    finally:
        while _parents:
            _parents.popitem()[1].end()


def parent_of(program: str) -> Parent:
    """The process that has loaded a program, which is started if need be."""
    with _making:
        if program not in _parents or _parents[program].process.poll() is not None:
            _parents[program] = Parent(program)
        return _parents[program]


def can_be_forked(env: Mapping[str, str]) -> bool:
    """Whether a fork with this environment is what a process of its own would be."""
    told = {name for name, _ in {*env.items()} ^ {*os.environ.items()}} - {VARIABLE}
    return os.environ.get(VARIABLE) != "0" and not any(
        name.startswith(READ_AT_THE_BEGINNING) or name in LOADED for name in told
    )
