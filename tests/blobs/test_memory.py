"""Blobs of any size and number take little memory."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.server import Serve, Server
from tests.blobs.client import BlobClient
from tests.reliability.vitals import resident

MIB = 1 << 20
MOST = 48 * MIB


@pytest.fixture(scope="module")
def server(serve: Serve) -> Iterator[Server]:
    with serve(PITHOS_WORKERS="1") as running:
        yield running


@pytest.fixture
def worker(server: Server) -> Path:
    """The server's only worker."""
    parent = server.process.pid
    (found,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return Path(f"/proc/{found}")


def most_since(worker: Path, idle: int) -> int:
    """Bytes that the worker had at most above ``idle``."""
    return resident(worker, "VmHWM") - idle


@pytest.mark.requirement("B24")
def test_a_blob_of_a_hundred_megabytes_takes_little(blobs: BlobClient, worker: Path) -> None:
    blobs.put("warm", os.urandom(MIB))
    idle = resident(worker)
    (worker / "clear_refs").write_text("5")
    piece = os.urandom(MIB)
    assert blobs.put("large", (piece for _ in range(100))).status == 200
    assert len(blobs.get("large").body) == 100 * MIB
    assert most_since(worker, idle) < MOST


@pytest.mark.requirement("B21", "B22")
def test_a_stream_of_many_takes_little(blobs: BlobClient, worker: Path) -> None:
    blobs.upload([("warm", b"x")])
    idle = resident(worker)
    (worker / "clear_refs").write_text("5")
    contents = [(f"b{n}", os.urandom(60_000)) for n in range(1_100)]
    assert blobs.upload(contents).status == 200
    answer = blobs.download(*(blob for blob, _ in contents))
    assert len(answer.body) == 1_100 * (60_000 + 8 + 24 + 1)
    assert most_since(worker, idle) < MOST
