"""A store as an operator runs it: ``manage.py serve`` in a process of its own."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlsplit

from tests import forks

ROOT = Path(__file__).resolve().parents[2]

# Of the tests' own store: small blocks, so that small objects span several. A test that needs the
# usual size serves a store of its own.
BLOCK_SIZE = 64 * 1024


class Server:
    """A running ``manage.py serve``. data: its PITHOS_DATA_DIR; env: what else it is told."""

    root = ROOT  # where its code is

    def __init__(self, data: Path, **env: str) -> None:
        self.data = data
        self.env = {**os.environ, "PITHOS_DATA_DIR": str(data), **env}
        self.start()

    def start(self, port: int = 0) -> None:
        """Return when it serves; if it does not come to that, nothing of it is left."""
        try:
            self._start(port)
        except BaseException:
            self._abandon()
            raise

    def _start(self, port: int) -> None:
        self.log: IO[str] = (self.data / "serve.log").open("a+")
        words = ("serve", "--port", str(port))
        self.process = forks.start(words, self.env, subprocess.PIPE, self.log.fileno(), self.root)
        assert self.process.stdout is not None
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            found = re.match(r"Serving on http://(.+):(\d+)$", line)
            if found:
                self.address = found[1], int(found[2])
                return
        raise RuntimeError(f"serve ended: {self.output}{self.errors()}")

    def manage(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """What a command of ``manage.py`` says, on this store unless ``env`` names another."""
        return forks.run(words, {**self.env, **env}, self.root)

    @property
    def block_directory(self) -> Path:
        """Where its blocks are, if they are files."""
        store = self.env.get("PITHOS_BLOCK_STORE", "")
        return Path(urlsplit(store).path) if store else self.data / "blocks"

    def errors(self) -> str:
        """What it has logged."""
        # Not by our own file: its position is the server's, too, which moves it as it writes.
        return Path(self.log.name).read_text()

    @contextmanager
    def halted(self) -> Iterator[None]:
        """Let it and its workers stand still meanwhile: what comes then has come at once."""
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Kill -9 the server and all its workers at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop it as an operator does; one that does not end in time is killed, and an error."""
        try:
            if self.process.poll() is None:
                self.process.terminate()
                self.process.wait(timeout=40)
        finally:
            self._abandon()

    def _abandon(self) -> None:
        with suppress(ProcessLookupError):  # all of them have ended
            self.kill()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()


Serve = Callable[..., AbstractContextManager[Server]]
"""Starts a server of the tests' own store, with this environment besides; the fixture ``serve``."""


def tests_own_store(blocks: Path) -> dict[str, str]:
    """The environment of a server on the database of this test run.

    All of them share their blocks too, as nodes of one store do, or each would miss those of the
    others. None looks for trouble or litter by itself: tests compare logs and count blocks.
    """
    from django.db import connection

    database = connection.settings_dict
    host = quote(database["HOST"], safe="")
    return {
        "DATABASE_URL": f"postgres://{database['USER']}@{host}:{database['PORT']}/{database['NAME']}",
        "PITHOS_BLOCK_SIZE": str(BLOCK_SIZE),
        "PITHOS_BLOCK_STORE": f"file://{blocks}",
        "PITHOS_GARBAGE_INTERVAL": "0",
        "PITHOS_SCRUB_RATE": "0",
        "PITHOS_MD5_RATE": "0",
    }
