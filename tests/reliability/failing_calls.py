"""System calls of running processes that fail, as they do on a failing disk.

Debian's strace does it; `.ci/run` installs it.
"""

import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import tools

needs_strace = pytest.mark.tools("strace", package="strace")


@contextmanager
def failing_calls(processes: Iterable[int], calls: str, when: str = "1+") -> Iterator[None]:
    """System calls of these processes fail with EIO meanwhile.

    when: which of them in each thread, as strace takes it: ``3`` the third, ``1+`` all.
    """
    if os.geteuid() != 0:
        tools.unavailable("only root may make the system calls of others fail")
    words = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}"]
    words += ["-e", f"inject={calls}:error=EIO:when={when}"]
    for process in processes:
        words += ["-p", str(process)]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as tracer:
        try:
            _wait_until_traced(processes, tracer.pid)
            yield
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
