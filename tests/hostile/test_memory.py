"""No request makes a worker large, however it is parsed; four of a kind at once, one worker."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.server import Serve, Server
from tests.hostile.attack import Attack, Place
from tests.hostile.floods import FLOODS, MIB, flood
from tests.reliability.vitals import resident

AT_ONCE = 4
PATIENCE_SECONDS = 5.0


@pytest.fixture(scope="module")
def server(serve: Serve) -> Iterator[Server]:
    with serve(PITHOS_DEBUG="0", PITHOS_WORKERS="1") as running:
        yield running


@pytest.fixture
def worker(place: Place) -> Path:
    """The one worker, which has served requests on several threads already."""
    parent = place.server.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    names = {child: Path(f"/proc/{child}/cmdline").read_text() for child in children}
    (found,) = [child for child, name in names.items() if "serve" in name]
    return Path(f"/proc/{found}")


def at_once(place: Place, shot: Attack) -> list[int]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [answer.status for answer in pool.map(place.send, [shot] * AT_ONCE)]


@pytest.mark.parametrize("name", FLOODS)
def test_four_at_once(place: Place, worker: Path, name: str) -> None:
    shot = flood(name, place.client.account)
    idle = resident(worker)
    (worker / "clear_refs").write_text("5")
    began = time.monotonic()
    statuses = at_once(place, shot)
    took = time.monotonic() - began
    peak = resident(worker, "VmHWM")
    time.sleep(1)
    after = resident(worker)
    print(f"\nM {name:28} idle {idle/MIB:6.1f} peak +{(peak-idle)/MIB:6.1f} after +{(after-idle)/MIB:6.1f} {took:5.2f} s {statuses}")
