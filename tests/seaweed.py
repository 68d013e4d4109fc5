"""A SeaweedFS of the tests' own: a real S3 store on loopback, gone with the tests."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.leftovers import new_directory

PROGRAM = Path(sys.executable).with_name("weed")
ACCESS_KEY, SECRET_KEY = "tester", "secret-of-the-tests"
PATIENCE_SECONDS = 60

_PORTS = (
    "master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
    "filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc",
)  # fmt: skip
_QUIET = (
    "-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false",
    "-s3.autoCreateBucket=false", "-metricsPort=0", "-volume.max=8",
    "-master.volumeSizeLimitMB=1024", "-volume.preStopSeconds=0", "-volume.minFreeSpace=1",
    # A master that starts again is sure only then that no other one leads.
    "-master.electionTimeout=300ms", "-master.heartbeatInterval=50ms",
)  # fmt: skip


class SeaweedFS:
    """A cluster of one process below ``place``; ``kill`` and ``start`` keep what was stored."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / "s3.json").write_text(json.dumps(_identities()))
        self.ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
        self.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['s3.port']}"

    def url(self, bucket: str, **options: Any) -> str:
        """PITHOS_BLOCK_STORE for a bucket of it."""
        more = "".join(f"&{name}={value}" for name, value in options.items())
        return f"s3://{bucket}?endpoint={self.endpoint}{more}"

    def start(self) -> None:
        """Return when it answers, on the same ports as ever."""
        options = [f"-{name}={port}" for name, port in self.ports.items()]
        where = [f"-dir={self.place}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        services = ["-filer", "-s3", f"-s3.config={self.place / 's3.json'}"]
        with (self.place / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "server", *where, *services, *options, *_QUIET],
                cwd=self.place,
                stdout=log,
                stderr=log,
            )
        deadline = monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            assert self.process.poll() is None, (self.place / "log").read_text()
            assert monotonic() < deadline, "SeaweedFS does not answer"
            sleep(0.1)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def make_bucket(self, name: str) -> None:
        """As an operator does, with the filer's own interface: no signature is needed."""
        folder = f"http://127.0.0.1:{self.ports['filer.port']}/buckets/{name}/"
        urllib.request.urlopen(urllib.request.Request(folder, method="POST"), timeout=10).close()

    def _is_ready(self) -> bool:
        """Whether S3 answers and a volume server has joined: before that a PUT is a 500."""
        status = f"http://127.0.0.1:{self.ports['master.port']}/dir/assign"
        try:
            urllib.request.urlopen(self.endpoint, timeout=5).close()
        except urllib.error.HTTPError as refused:
            if refused.code != 403:
                return False
        except OSError:
            return False
        try:
            with urllib.request.urlopen(status, timeout=5) as answer:
                return "fid" in json.load(answer)
        except (OSError, ValueError):
            return False


@contextmanager
def new_seaweed() -> Iterator[SeaweedFS]:
    """A running one; nothing is left of it afterwards."""
    with new_directory() as place:
        seaweed = SeaweedFS(place)
        try:
            yield seaweed
        finally:
            seaweed.kill()


def _identities() -> dict[str, Any]:
    keys = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    return {"identities": [{"name": "tester", "credentials": keys, "actions": ["Admin"]}]}


def _free_ports(count: int) -> list[int]:
    """Distinct free ports: explicit ones, for the defaults are others' plus 10,000."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
