"""What the store uses does not grow with what it does."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.reliability.soak import carry, soak, store_to_soak
from tests.reliability.store import Store, wait_for
from tests.reliability.vitals import MIB, resident, sample

SECONDS = float(os.environ.get("PITHOS_SOAK_SECONDS", "4"))
CROWD = 32
AT_REST = 150 * MIB
# Of a worker: those that serve, one for each task beside it, and those that hash and read blocks.
THREADS_AT_REST = 32
# What a worker is anyhow, and for each upload at once the blocks of it that are in memory.
AT_MOST = (150 + CROWD * 3 * 4) * MIB


@pytest.mark.timeout(120 + 2 * SECONDS)
def test_a_busy_store_keeps_nothing_open() -> None:
    with store_to_soak() as store:
        soaked = soak(store, SECONDS)
        most = THREADS_AT_REST * len(store.workers())
        wait_for(lambda: sample(store, 0.0).threads <= most)
    print(soaked)  # noqa: T201 - shown by make test ARGS=-s
    first, last = soaked.samples[len(soaked.samples) // 2], soaked.samples[-1]
    assert soaked.requests > 10 * SECONDS  # it was busy, if others use the machine, too
    assert max(each.forgotten for each in soaked.samples) == 0
    # Files of blocks that are being read and written come and go, and connections that rest.
    files = [each.descriptors - each.connections for each in (first, last)]
    assert abs(files[1] - files[0]) <= 12
    assert soaked.rest.parts == 0
    assert max(soaked.rest.resident) < AT_REST


def test_memory_is_bounded_and_given_back(store: Store, box: str) -> None:
    paths = [f"{box}/{number}" for number in range(CROWD)]
    with ThreadPoolExecutor(CROWD) as pool:
        list(pool.map(lambda path: carry(store.client(), path, 16 * MIB), paths))
    workers = [Path(f"/proc/{pid}") for pid in store.workers()]
    assert max(resident(worker, "VmHWM") for worker in workers) < AT_MOST
    wait_for(lambda: max(map(resident, workers)) < AT_REST)
