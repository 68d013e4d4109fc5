"""What a running store uses, as the kernel and its database tell."""

import os
import re
import statistics
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.store import Store

MIB = 1 << 20
FORGOTTEN = """
    SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%'
       AND state_change < clock_timestamp() - interval '1 second'
"""


@dataclass(frozen=True)
class Sample:
    """One moment. at: seconds; resident: bytes of each worker; the rest: of all workers together.

    forgotten: transactions that nobody has gone on with for a second; parts: files on their way
    into the block store.
    """

    at: float
    resident: tuple[int, ...]
    descriptors: int
    threads: int
    connections: int
    forgotten: int
    parts: int


def sample(store: Store, at: float) -> Sample:
    """Look at the store now."""
    workers = [Path(f"/proc/{pid}") for pid in store.workers()]
    return Sample(
        at,
        resident=tuple(resident(worker) for worker in workers),
        descriptors=sum(len(os.listdir(worker / "fd")) for worker in workers),
        threads=sum(len(os.listdir(worker / "task")) for worker in workers),
        connections=store.ask("SELECT count(*) FROM pg_stat_activity WHERE datname = 'pithos'"),
        forgotten=store.ask(FORGOTTEN),
        parts=len(os.listdir(store.data / "blocks" / "incoming")),
    )


def resident(process: Path, kind: str = "VmRSS") -> int:
    """Bytes of memory that a process has now (VmRSS), or had at most (VmHWM)."""
    with suppress(FileNotFoundError):
        found = re.search(rf"{kind}:\s+(\d+) kB", (process / "status").read_text())
        return int(found[1]) * 1024 if found else 0
    return 0


def growth(samples: Iterable[Sample], what: str) -> float:
    """How much a figure grows in an hour, by a straight line through the samples."""
    points = [(each.at, float(getattr(each, what))) for each in samples]
    return statistics.linear_regression(*zip(*points, strict=True)).slope * 3600


def growth_of_memory(samples: list[Sample], worker: int) -> float:
    """MiB an hour by which a worker grows, by a straight line through the samples."""
    times = [each.at for each in samples]
    sizes = [each.resident[worker] / MIB for each in samples]
    return statistics.linear_regression(times, sizes).slope * 3600
