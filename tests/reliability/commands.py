"""Commands of ``manage.py`` that begin at once: forks of a process that has loaded them all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.api.server import ROOT
from tests.reliability.store import Store

_REFUSED = "another scrub is under way\n"
_FORKING = """
import os
import sys
import traceback
import django
from django.core.management import execute_from_command_line, load_command_class
from settings import database

def run(words):
    try:
        execute_from_command_line(["manage.py", *words])
    except SystemExit as ended:
        return ended.code or 0
    except Exception:
        traceback.print_exc()
        return 70
    return 0

database.ensure_running()
django.setup()
for name in ("collect_garbage", "fsck", "scrub"):
    load_command_class("pithos_api", name)
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(2, 1)
        status = run(line.split())
        sys.stdout.flush()
        os._exit(status)
    print(child, flush=True)
    sys.stdin.readline()  # until then the child is at worst a zombie, and can be killed
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Commands:
    """Runs one command at a time. log: the file with what they all have printed."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self.log = process, log

    def run(self, command: str) -> int:
        """The exit status of a command that nobody disturbs."""
        self._tell(command)
        self._hear()
        return self._status()

    def kill(self, command: str, after_seconds: float) -> bool:
        """Kill -9 a command so long after its begin; whether it was at work.

        It is not where the database still carries out what the one before had sent.
        """
        self._tell(command)
        child = self._hear()
        time.sleep(after_seconds)
        os.kill(child, signal.SIGKILL)
        status = self._status()
        said = self.log.read_text()
        assert status in {0, 1, -signal.SIGKILL} or said.endswith(_REFUSED), said
        return status == -signal.SIGKILL

    def _status(self) -> int:
        self._tell("")
        return self._hear()

    def _tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def _hear(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@contextmanager
def new_commands(store: Store, log: str) -> Iterator[Commands]:
    """What runs commands on this store; the end waits for one that is at work."""
    path = store.data / log
    told = {**store.env, "DJANGO_SETTINGS_MODULE": "settings"}
    with (
        path.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-c", _FORKING], cwd=ROOT, env=told, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        ) as process,
    ):  # fmt: skip
        yield Commands(process, path)
