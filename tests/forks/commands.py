"""Programs for the PATH of a shell: each hands its words, environment and files on to a fork."""

import os
import socket
import sys
from ast import literal_eval
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Thread

from tests.forks import MANAGE, MESSAGE_BYTES, ROOT, VARIABLE, Fork, can_be_forked, parent_of
from tests.forks.client import PYTHON
from tests.leftovers import make_directory

INSTALLED = Path(sys.executable).parent
NAMES = ("swift", "openstack", "glance", "pithos", PYTHON)
_STANDARD_FILES = 3
_BY_ITSELF = b"by itself"
# It is started more often than anything else, so it runs before Python's site and imports little.
_PROGRAM = """#!{python} -IS
import _socket, os, sys
pipe = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
pipe.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, {most})
pipe.connect({address!r})
told = ascii(({name!r}, sys.argv[1:], dict(os.environ), os.getcwd())).encode()
files = b"".join(number.to_bytes(4, sys.byteorder) for number in range({files}))
pipe.sendmsg([told], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
answer = pipe.recv(16)
if answer == {by_itself!r}:
    os.execv({installed!r}, [{installed!r}, *sys.argv[1:]])
os._exit(int(answer))
"""


def program(name: str) -> str:
    """The path of one of these programs; of the installed one where nothing is forked."""
    return str(_place() / name)


def search_path() -> str:
    """A PATH on which these programs come first, and then what is installed beside Python."""
    return f"{_place()}:{INSTALLED}:{os.environ['PATH']}"


def _place() -> Path:
    return INSTALLED if os.environ.get(VARIABLE) == "0" else _directory()


@cache
def _directory() -> Path:
    place = make_directory()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(place / "socket"))
    listener.listen()
    for name in NAMES:
        text = _PROGRAM.format(
            python=sys.executable,
            most=MESSAGE_BYTES,
            address=str(place / "socket"),
            name=name,
            files=_STANDARD_FILES,
            by_itself=_BY_ITSELF,
            installed=str(INSTALLED / name),
        )
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    Thread(target=_listen, args=(listener,), daemon=True).start()
    return place


def _listen(listener: socket.socket) -> None:
    while True:
        Thread(target=_answer, args=(listener.accept()[0],), daemon=True).start()


def _answer(connection: socket.socket) -> None:
    """Run what the program is told; it ends with the fork, and the fork with it."""
    with connection:
        text, files, *_ = socket.recv_fds(connection, MESSAGE_BYTES, _STANDARD_FILES)
        process = _start(files, *literal_eval(text.decode()))
        for file in files:
            os.close(file)
        if process is None:
            connection.send(_BY_ITSELF)
            return
        process.wait_with(connection.fileno())
        process.kill()
        status = process.wait()
        with suppress(BrokenPipeError):
            connection.send(str(status if status >= 0 else 128 - status).encode())


def _start(
    files: list[int], name: str, words: Sequence[str], env: Mapping[str, str], place: str
) -> Fork | None:
    """A fork; None if only a process of its own will do."""
    if name == PYTHON and words[:1] == [MANAGE] and Path(place) == ROOT:
        name, words = MANAGE, words[1:]
    if not can_be_forked(env) or (name == PYTHON and words[:1] != ["-c"]):
        return None
    parent = parent_of(name)
    return Fork(parent, parent.fork(words, env, files, Path(place)))
