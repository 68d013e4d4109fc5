"""Run one workload against one target and say what it cost."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import cpu_count

from bench import cpu, generator
from bench.stock import Stock
from bench.targets import BenchTarget
from bench.workloads import Workload


@dataclass(frozen=True)
class Row:
    """One turn. rate: MB/s or requests/s, as ``unit`` says; *_ms: milliseconds.

    cpu_ms: of the server's process trees, a request; client_ms: of the generator.
    memory_mib: the trees' proportional memory afterwards.
    others: share of the machine that other programs used meanwhile.
    """

    target: str
    workload: str
    connections: int
    requests: int
    unit: str
    rate: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    client_ms: float
    memory_mib: float
    others: float
    errors: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Clock:
    """Processor seconds so far: of the server, of this process, of the whole machine."""

    server: float
    client: float
    machine: float

    @classmethod
    def read(cls, pids: Sequence[int]) -> "_Clock":
        return cls(cpu.seconds(pids), time.process_time(), cpu.busy())

    def __sub__(self, other: "_Clock") -> "_Clock":
        return _Clock(
            self.server - other.server, self.client - other.client, self.machine - other.machine
        )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of ``ordered`` lies; 0 of nothing."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def measure(workload: Workload, stock: Stock, connections: int, seconds: float) -> Row:
    """Make ready, run for ``seconds``, clean up. Raises: RefusedError."""
    target = stock.target
    requests = workload.source(stock, connections)
    before = _Clock.read(target.pids)
    outcome = generator.run(target.address, requests, connections, seconds)
    spent = _Clock.read(target.pids) - before
    row = _row(workload, target, connections, outcome, spent)
    workload.after(stock)
    return row


def _row(
    workload: Workload,
    target: BenchTarget,
    connections: int,
    outcome: generator.Outcome,
    spent: _Clock,
) -> Row:
    done = len(outcome.latencies)
    each = 1000 / max(done, 1)
    ordered = sorted(outcome.latencies)
    scale = workload.moved / 1e6 if workload.moved else 1.0
    others = spent.machine - spent.server - spent.client
    return Row(
        target=target.label,
        workload=workload.name,
        connections=connections,
        requests=done,
        unit="MB/s" if workload.moved else "/s",
        rate=done * scale / outcome.seconds,
        p50_ms=percentile(ordered, 0.5) * 1000,
        p99_ms=percentile(ordered, 0.99) * 1000,
        cpu_ms=spent.server * each,
        client_ms=spent.client * each,
        memory_mib=cpu.memory(target.pids),
        others=max(0.0, others) / (outcome.seconds * (cpu_count() or 1)),
        errors=dict(outcome.errors),
    )
