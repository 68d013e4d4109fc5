"""A store as an operator runs it: ``manage.py serve`` in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The URL of this test run's own database, for a server that shares it with the tests."""
    from django.db import connection

    settings = connection.settings_dict
    host = quote(settings["HOST"], safe="")
    return f"postgres://{settings['USER']}@{host}:{settings['PORT']}/{settings['NAME']}"


class Server:
    """A running ``manage.py serve``. data: its PITHOS_DATA_DIR; env: what else it is told."""

    root = ROOT  # where its code is

    def __init__(self, data: Path, **env: str) -> None:
        self.data = data
        self.env = {**os.environ, "PITHOS_DATA_DIR": str(data), **env}
        self.start()

    def start(self, port: int = 0) -> None:
        self.log: IO[str] = (self.data / "serve.log").open("a+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=self.root,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.output = ""
        for line in self.process.stdout:
            self.output += line
            found = re.match(r"Serving on http://(.+):(\d+)$", line)
            if found:
                self.address = found[1], int(found[2])
                return
        raise RuntimeError(f"serve ended: {self.output}{self.errors()}")

    def errors(self) -> str:
        """What it has logged."""
        self.log.seek(0)
        return self.log.read()

    def kill(self) -> None:
        """Kill -9 the server and all its workers at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=40)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()
