"""A stock client, or Python with code of a test's own, as it is installed; loaded once."""

import atexit
import importlib
import json
import runpy
import socket
import sys
from contextlib import suppress
from pathlib import Path

from tests.forks import MESSAGE_BYTES, ROOT

PYTHON = "python"


class Client:
    """A program by its name.

    Which modules it loads is heard from the forks: each says what it has loaded itself when it
    ends, and the next begin with that.
    """

    def __init__(self, name: str) -> None:
        self._is_python = name == PYTHON
        self.name = str(Path(sys.executable).with_name(name))
        self._heard, self._tell = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.setblocking(False)
        self._tell.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_BYTES)

    def load(self) -> None:
        """Find our own clients, and nothing of the store; more is not known yet."""
        sys.path[0] = str(ROOT / "clients")

    def learn(self) -> bool:
        """Import what forks have loaded since; whether there was anything."""
        before = len(sys.modules)
        with suppress(BlockingIOError):
            while True:
                for module in json.loads(self._heard.recv(MESSAGE_BYTES)):
                    with suppress(ImportError):
                        importlib.import_module(module)
        return len(sys.modules) > before

    def run(self) -> None:
        """Run it; its end is this process's."""
        atexit.register(self._teach, set(sys.modules))
        if self._is_python:
            _run_code()
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")

    def _teach(self, known: set[str]) -> None:
        loaded = [name for name in sys.modules if name not in known]
        with suppress(OSError):  # the one that forks is dead
            self._tell.send(json.dumps(loaded).encode())


def _run_code() -> None:
    """Do what ``python -c CODE`` does."""
    code = sys.argv.pop(2)
    del sys.argv[0]
    exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
