"""What tests start ends with them, even if a fixture fails half-way or pytest itself is killed.

Each process of pytest that runs tests has a directory, below which tests make theirs. Every process
that tests start can be told by its name: from the environment, or, since Postgres and nginx write
over theirs, from the command line or the working directory.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests import forks

ROOT = Path(__file__).parents[1]
VARIABLE = "PITHOS_TEST_RUN"
PATIENCE_SECONDS = 10
MEMORY = Path("/dev/shm")  # has half of the machine's memory, unless it was told otherwise
LEAST_BYTES = 6 << 30  # a whole run stores less
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="session", autouse=True)
def no_leftovers() -> Iterator[None]:
    """Fail the run if its tests have left a process behind.

    A watchdog ends those and removes the directory. It is a process of its own that waits for the
    end of its input, which comes however we end.
    """
    place = make_directory()
    with _watchdog(place), pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(place))
        with forks.ended():
            yield
        left = [(process / "cmdline").read_text().split("\0") for process in _lasting(place)]
    assert not left, f"tests have left behind: {left}"


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
    """End what a fixture has started that fails: nobody else knows of it."""
    begun = int(time.clock_gettime(time.CLOCK_BOOTTIME) * TICKS_PER_SECOND)
    try:
        return (yield)
    except BaseException:
        if VARIABLE in os.environ:
            end(Path(os.environ[VARIABLE]), begun)
        raise


def make_directory() -> Path:
    """An empty directory that every user may enter (pytest's own is private), gone at the end."""
    path = Path(tempfile.mkdtemp(prefix="pithos-test-", dir=os.environ.get(VARIABLE, "/tmp")))
    path.chmod(0o755)
    return path


def make_quick_directory() -> Path:
    """This process's directory for what need not outlast it: in memory, if there is much of it.

    There nobody waits for a disk: an upload is flushed to it several times.
    """
    if not is_memory_free():
        return make_directory()
    path = _in_memory(Path(os.environ[VARIABLE]))
    path.mkdir(exist_ok=True)
    return path


def is_memory_free() -> bool:
    """Whether so much of it is that a whole run need not use the disk for what may be lost."""
    return MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= LEAST_BYTES


def _in_memory(place: Path) -> Path:
    return MEMORY / place.name


@contextmanager
def new_directory() -> Iterator[Path]:
    """Another one, gone afterwards with its quick parts."""
    path = make_directory()
    try:
        yield path
    finally:
        for each in (path, *_quick_parts(path)):
            shutil.rmtree(each, ignore_errors=True)


def make_quick_part(place: Path) -> Path:
    """An empty directory that goes with another one, in memory if there is much of it.

    For what has a thousand files: a disk from which many were just removed may take a second to
    make them.
    """
    in_memory, on_disk = _quick_parts(place)
    parts = in_memory if is_memory_free() else on_disk
    parts.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=parts))
    part.chmod(0o755)
    return part


@contextmanager
def new_quick_directory() -> Iterator[Path]:
    """As ``new_directory``, in memory if there is much of it."""
    with new_directory() as path:
        yield make_quick_part(path)


def _quick_parts(place: Path) -> list[Path]:
    run = Path(os.environ.get(VARIABLE, place))
    return [root / "parts" / place.name for root in (_in_memory(run), run)]


def started(place: Path) -> list[Path]:
    """Every process below /proc that was started by the tests with this directory."""
    return [process for process in Path("/proc").glob("[0-9]*") if _is_of(process, place)]


def end(place: Path, begun: int = 0) -> None:
    """Kill the tests' processes. begun: only those that are younger, in ticks after the boot."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while young := [process for process in started(place) if _begun(process) >= begun]:
        for process in young:
            with suppress(ProcessLookupError):
                os.kill(int(process.name), signal.SIGKILL)
        assert time.monotonic() < deadline, f"these do not die: {young}"
        time.sleep(0.01)


@contextmanager
def _watchdog(place: Path) -> Iterator[None]:
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdin is not None
        process.stdin.write(f"{place}\n")
        process.stdin.flush()
        yield


def _lasting(place: Path) -> list[Path]:
    """The tests' processes that are no longer about to end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := started(place)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _is_of(process: Path, place: Path) -> bool:
    try:
        words = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        return place.name.encode() in words + os.fsencode((process / "cwd").readlink())
    except OSError:  # it has ended, or is somebody else's
        return False


def _begun(process: Path) -> int:
    """When it began, in ticks after the boot; 0 if it has ended."""
    try:
        stat = (process / "stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[19])


def main() -> None:
    """Wait for the end of pytest, then remove what the tests with this directory have left."""
    place = Path(sys.stdin.readline().strip())
    sys.stdin.read()
    end(place)
    for directory in (place, _in_memory(place)):
        for each in (directory, _bytecode_of(directory)):
            shutil.rmtree(each, ignore_errors=True)


def _bytecode_of(directory: Path) -> Path:
    """Where the bytecode of code below a directory is kept: see ``tests/__init__.py``."""
    return Path(str(sys.pycache_prefix), *directory.parts[1:])


if __name__ == "__main__":
    main()
