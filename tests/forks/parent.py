"""The process that has loaded a program and forks: ``python -m tests.forks.parent SOCKET PROGRAM``.

A fork runs the program from its first line with an environment, a directory and files of its own.
"""

import atexit
import gc
import json
import os
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

from tests.forks import MANAGE, MESSAGE_BYTES
from tests.forks.client import Client

if TYPE_CHECKING:
    from tests.forks.store import Store

_STANDARD_FILES = 3


def main() -> None:
    """Load the program, then do what is asked until nobody is there to ask."""
    number, name = sys.argv[1:]
    program = _program(name)
    program.load()
    _settle()
    with socket.socket(fileno=int(number)) as requests:
        task = _work(requests, program)
    if task is not None:
        told, files = task
        _become(told, files)
        sys.argv[:] = [program.name, *told["words"]]  # some have taken hold of this list
        _leave(_status(program))


def _program(name: str) -> "Store | Client":
    if name == MANAGE:
        from tests.forks.store import Store  # clients have nothing of Django

        return Store()
    return Client(name)


def _work(
    requests: socket.socket, program: "Store | Client"
) -> tuple[Mapping[str, Any], Sequence[int]] | None:
    """Fork and reap; what to do returns in a new process, None in this one at the end."""
    while message := socket.recv_fds(requests, MESSAGE_BYTES, _STANDARD_FILES)[:2]:
        text, files = message
        if not text:
            break
        told = json.loads(text)
        if "reap" in told:
            answer = os.waitstatus_to_exitcode(os.waitpid(told["reap"], 0)[1])
        elif not (answer := _fork(program)):
            return told, files
        for file in files:
            os.close(file)
        requests.send(str(answer).encode())
    return None


def _fork(program: "Store | Client") -> int:
    if program.learn():
        _settle()
    return os.fork()


def _status(program: "Store | Client") -> int:
    """Run the program; the status that it ends with. What is no number is Python's to tell."""
    try:
        program.run()
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        return end.code or 0
    return 0


def _leave(status: int) -> NoReturn:
    """End as Python does, but let the memory go as it is.

    To take every object apart would first copy the memory that forks share: a third of a second of
    a processor for each server.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError):  # nobody reads it, or it is closed: Python knows what to say
        sys.exit(status)
    os._exit(status & 0xFF)


def _settle() -> None:
    """Keep what is loaded as it is, so that forks share it."""
    gc.collect()
    gc.freeze()


def _become(told: Mapping[str, Any], files: Sequence[int]) -> None:
    """Be a process like one that was started by itself."""
    os.setsid()
    os.environ.clear()
    os.environ.update(told["env"])
    os.chdir(told["place"])
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    assert isinstance(sys.stdout, TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))


if __name__ == "__main__":
    main()
