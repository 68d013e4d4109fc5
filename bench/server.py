"""Starts a store of our own in a fresh directory, and the floor beside it on the same database."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.targets import BenchTarget, RefusedError, address
from bench.workloads import FLOOR

ROOT = Path(__file__).resolve().parent.parent
USER = "bench"
_READY = "Serving on "
_STOP_SECONDS = 60


@contextmanager
def running_store(parent: Path) -> Iterator[list[BenchTarget]]:
    """Run the store and the floor on a temporary data directory below ``parent``.

    ``parent`` should be on the disk that counts: on a tmpfs every fsync is free.
    Yields: the store and the floor. Raises: RefusedError when one of them does not start.
    """
    with tempfile.TemporaryDirectory(prefix="pithos-bench-", dir=parent) as name:
        data = Path(name)
        data.chmod(0o711)  # as root, Postgres runs as another user and must get through
        with _process("manage.py", "serve", "--port", "0", data=data) as (server, url):
            postmaster = int((data / "pg/data/postmaster.pid").read_text().split()[0])
            _manage(data, "create_user", USER)
            token = _manage(data, "create_token", USER)
            store = BenchTarget("pithos", address(url), f"/v1/{USER}", token, (server, postmaster))
            with _process("-m", "bench.floor", data=data) as (floor, floor_url):
                least = BenchTarget(FLOOR, address(floor_url), "/floor", "", (floor, postmaster))
                yield [least, store]


def _environment(data: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PITHOS_")}
    kept.pop("DATABASE_URL", None)
    return {**kept, "PITHOS_DATA_DIR": str(data)}


def _manage(data: Path, *words: str) -> str:
    """Run a management command. Returns: what it prints."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(data), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RefusedError(f"manage.py {words[0]}: {done.stderr[-500:]}")
    return done.stdout.strip()


@contextmanager
def _process(*words: str, data: Path) -> Iterator[tuple[int, str]]:
    """Run Python with ``words`` until the block ends. Yields: its pid and the URL it serves."""
    log = (data / "bench.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env=_environment(data),
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    try:
        yield process.pid, _url(process, words, data / "bench.log")
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _url(process: "subprocess.Popen[str]", words: tuple[str, ...], log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(_READY):
            return line.removeprefix(_READY).strip().rstrip("/")
    raise RefusedError(f"{words} ended before it served:\n{log.read_text()[-2000:]}")
