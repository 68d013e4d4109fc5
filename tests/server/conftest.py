import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.server.wire import Wire


@dataclass
class Running:
    """A server process: gunicorn's first process and its workers."""

    process: subprocess.Popen[str]
    port: int

    def connect(self, timeout: float = 5.0) -> Wire:
        return Wire(self.port, timeout)

    def worker_pid(self) -> int:
        with self.connect() as wire:
            return int(wire.ask("/pid").json["pid"])

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def run_server(**options: float) -> Iterator[Running]:
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "tests.server.app", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ}
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[2]
        try:
            yield Running(process, int(address.rpartition(":")[2]))
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """One server for all tests that do not stop it; body and head patience of one second."""
    with run_server(workers=2, threads=16, body=1, head=1) as running:
        yield running


@pytest.fixture
def wire(server: Running) -> Iterator[Wire]:
    with server.connect() as connected:
        yield connected
