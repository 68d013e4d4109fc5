"""A ledger of what was acknowledged, kept while everything is killed again and again."""

import os

import pytest

from tests.reliability.crash_loop import crash
from tests.reliability.store import new_store

CYCLES = int(os.environ.get("PITHOS_CRASH_CYCLES", "4"))
WRITES = 80  # before each kill, about
READY_P50_SECONDS = 10  # on a machine that does much else; alone it is below 3


@pytest.mark.timeout(120 + 20 * CYCLES)
def test_nothing_acknowledged_is_lost() -> None:
    with new_store() as store:
        figures = crash(store, CYCLES, WRITES)
    print(figures)  # noqa: T201 - shown by make test ARGS=-s
    assert figures.acknowledged.total() >= 0.9 * WRITES * CYCLES
    assert len(figures.acknowledged) == 9  # every kind of write
    assert figures.ready_p50() < READY_P50_SECONDS
