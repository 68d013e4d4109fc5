"""System calls of running processes that fail, as they do on a failing disk.

Debian's strace does it; `.ci/run` installs it.
"""

import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from tests import tools

needs_strace = pytest.mark.tools("strace", package="strace")

_CALL = re.compile(r"(\d+) +(<\.\.\. )?(\w+)")


@dataclass(frozen=True)
class Calls:
    """The calls so far that may fail, as strace tells them before a process goes on."""

    log: Path

    def most(self) -> int:
        """How many one thread has made."""
        return max(self._numbers()[0].values(), default=0)

    def failed(self) -> list[int]:
        """Which have failed: the number of each among those of its thread and name."""
        return self._numbers()[1]

    def _numbers(self) -> tuple[Counter[tuple[str, str]], list[int]]:
        made, failed = Counter[tuple[str, str]](), []
        for line in self.log.read_text().splitlines():
            thread, begun, name = _CALL.findall(line)[0]
            made[thread, name] += begun != "<... "
            if line.endswith("(INJECTED)"):
                failed.append(made[thread, name])
        return made, failed


@contextmanager
def failing_calls(processes: Iterable[int], calls: str, when: str = "1+") -> Iterator[Calls]:
    """System calls of these processes fail with EIO meanwhile.

    when: which of them in each thread, as strace takes it: ``3`` the third, ``1+`` all, ``1+3``
    the first and every third after it.
    """
    if os.geteuid() != 0:
        tools.unavailable("only root may make the system calls of others fail")
    with NamedTemporaryFile() as log:
        words = ["strace", "-f", "-qq", "-o", log.name, "-e", f"trace={calls}"]
        words += ["-e", f"inject={calls}:error=EIO:when={when}"]
        for process in processes:
            words += ["-p", str(process)]
        with subprocess.Popen(words, stderr=subprocess.DEVNULL) as tracer:
            try:
                _wait_until_traced(processes, tracer.pid)
                yield Calls(Path(log.name))
            finally:
                tracer.terminate()


def _wait_until_traced(processes: Iterable[int], tracer: int) -> None:
    deadline = time.monotonic() + 30
    while not all(_tracer_of(thread) == tracer for each in processes for thread in _threads(each)):
        assert time.monotonic() < deadline, "strace does not come"
        time.sleep(0.01)


def _threads(process: int) -> list[Path]:
    return list(Path(f"/proc/{process}/task").iterdir())


def _tracer_of(thread: Path) -> int:
    for line in (thread / "status").read_text().splitlines():
        if line.startswith("TracerPid:"):
            return int(line.split()[1])
    return 0
