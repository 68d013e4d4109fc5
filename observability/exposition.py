"""What the workers have counted and what they use, as Prometheus reads it."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from observability.metrics import Kind, Metrics

_KIND: Final = ("method", "route")
_TICK_SECONDS: Final = 1 / os.sysconf("SC_CLK_TCK")
_EVENTS: Final = {
    "blocks_damaged": "Reads that met a block whose bytes do not match its digest.",
    "blocks_missing": "Reads that met a block that the store does not have.",
    "database_errors": "Requests that failed because of the database.",
    "batched_reads": "Reads that were answered together with others, by one statement.",
    "batched_writes": "Writes that were done together with others, by one statement.",
    "md5s_made": "MD5s made in the background, of content too large for its request.",
    "unforeseen_errors": "Requests answered 503 because of an error that nobody foresaw.",
}


class WorkerCollector:
    """Requests, events, and the processes themselves."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """Be a prometheus_client collector."""
        sums = self._metrics.sum()
        yield from _requests(sums.kinds())
        for name, count in sums.events.items():
            yield CounterMetricFamily(f"pithos_{name}", _EVENTS[name], value=count)
        yield from _processes(self._metrics.workers())


def _requests(kinds: list[Kind]) -> Iterator[Metric]:
    answered = CounterMetricFamily(
        "pithos_requests", "Requests answered.", labels=[*_KIND, "status"]
    )
    took = HistogramMetricFamily(
        "pithos_request_duration_seconds", "From head to last byte of the answer.", labels=_KIND
    )
    received = CounterMetricFamily(
        "pithos_received_bytes", "Bytes of request bodies.", labels=_KIND
    )
    sent = CounterMetricFamily("pithos_sent_bytes", "Bytes of answers' bodies.", labels=_KIND)
    for kind in kinds:
        labels = (kind.method, kind.route)
        for status, count in kind.statuses.items():
            answered.add_metric([*labels, status], count)
        took.add_metric(labels, kind.buckets, kind.seconds)
        received.add_metric(labels, kind.received)
        sent.add_metric(labels, kind.sent)
    yield from (answered, took, received, sent)


def _processes(workers: dict[int, int]) -> Iterator[Metric]:
    label = ("worker",)
    cpu = CounterMetricFamily("pithos_worker_cpu_seconds", "CPU time of a worker.", labels=label)
    memory = GaugeMetricFamily(
        "pithos_worker_resident_bytes", "Memory of a worker, shared pages included.", labels=label
    )
    threads = GaugeMetricFamily("pithos_worker_threads", "Threads of a worker.", labels=label)
    files = GaugeMetricFamily("pithos_worker_open_files", "Open descriptors.", labels=label)
    for slot, pid in workers.items():
        with suppress(OSError):  # a worker that has ended
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            cpu.add_metric([str(slot)], (int(stat[11]) + int(stat[12])) * _TICK_SECONDS)
            memory.add_metric([str(slot)], int(stat[21]) * os.sysconf("SC_PAGESIZE"))
            threads.add_metric([str(slot)], int(stat[17]))
            files.add_metric([str(slot)], len(os.listdir(f"/proc/{pid}/fd")))
    yield from (cpu, memory, threads, files)
