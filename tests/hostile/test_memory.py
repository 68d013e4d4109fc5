"""No request makes a worker large, however its body is to be parsed, nor keeps it so."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.server import Serve, Server
from tests.hostile.attack import Attack, Place
from tests.hostile.floods import FLOODS, MIB
from tests.reliability.store import wait_for
from tests.reliability.vitals import resident

AT_ONCE = 4
FOR_EACH = 64 * MIB
FOR_GOOD = 16 * MIB


@pytest.fixture(scope="module")
def server(serve: Serve) -> Iterator[Server]:
    with serve(PITHOS_DEBUG="0", PITHOS_WORKERS="1") as running:
        yield running


@pytest.fixture
def worker(place: Place) -> Path:
    """The server's only worker."""
    parent = place.server.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    processes = [Path(f"/proc/{child}") for child in children]
    (found,) = [each for each in processes if "serve" in (each / "cmdline").read_text()]
    return found


def send(place: Place, shot: Attack, times: int = AT_ONCE) -> set[int]:
    """Send a request so many times at once; return what it was answered."""
    with ThreadPoolExecutor(times) as pool:
        return {answer.status for answer in pool.map(place.send, [shot] * times)}


@pytest.mark.parametrize("name", FLOODS)
def test_four_at_once_take_little(place: Place, worker: Path, name: str) -> None:
    shot = FLOODS[name].of(place.client.account)
    idle = resident(worker)
    (worker / "clear_refs").write_text("5")  # forget what it had at most
    assert send(place, shot) <= shot.expected
    peak = resident(worker, "VmHWM") - idle
    print(f"\nM {name:28} idle {idle/MIB:6.1f} peak +{peak/MIB:6.1f} ")
    assert resident(worker, "VmHWM") - idle < AT_ONCE * FOR_EACH
    wait_for(lambda: resident(worker) - idle < FOR_GOOD)
    print(f"\nM after +{(resident(worker)-idle)/MIB:6.1f}")
    place.check_alive()
