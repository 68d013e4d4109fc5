"""Load of all kinds for a long time, while what the store uses is watched.

Run as a program it is what a release needs: ``make soak MINUTES=10``.
"""

import argparse
import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

from tests.api.client import Client
from tests.reliability import stalls
from tests.reliability.ledger import Writer
from tests.reliability.store import Store, new_store
from tests.reliability.vitals import MIB, Sample, growth, growth_of_memory, sample

WRITERS, READERS, CARRIERS = 3, 3, 2
LARGE = 64 * MIB
PIECE = os.urandom(MIB)
PAUSE_SECONDS = 0.02
STALLED = 100  # uploads, and downloads, that stand still all the time, and go on at the end
# History would fill the disk, and so would garbage that is never collected.
ENV = {
    "PITHOS_GARBAGE_INTERVAL": "2s",
    "PITHOS_GARBAGE_GRACE": "60s",
    "PITHOS_SCRUB_RATE": "8M",
    "PITHOS_TRANSFER_WINDOW": "24h",
}
NO_HISTORY = {"X-Container-Policy-Versioning": "none"}


@dataclass(frozen=True)
class Soaked:
    """What was done and seen. samples: after the warm-up, the first fifth of the time."""

    requests: int
    samples: list[Sample]
    rest: Sample

    def __str__(self) -> str:
        first, last = self.samples[0], self.samples[-1]
        workers = range(len(first.resident))
        slopes = ", ".join(f"{growth_of_memory(self.samples, n):+.1f}" for n in workers)
        largest = max(max(each.resident) for each in self.samples) // MIB
        at_rest = ", ".join(str(size // MIB) for size in self.rest.resident)
        return "\n".join(
            [
                f"{self.requests} requests in {last.at:.0f} s, {len(self.samples)} samples",
                f"memory of a worker: {largest} MiB at most, {at_rest} MiB at rest,"
                f" trend {slopes} MiB/h",
                f"descriptors {first.descriptors} → {last.descriptors}, threads {first.threads} →"
                f" {last.threads}, trend {growth(self.samples, 'descriptors'):+.1f}/h and"
                f" {growth(self.samples, 'threads'):+.1f}/h, connections {first.connections} →"
                f" {last.connections}",
                f"transactions left open: {max(each.forgotten for each in self.samples)};"
                f" temporary files at rest: {self.rest.parts}",
            ]
        )


@contextmanager
def store_to_soak() -> Iterator[Store]:
    """A store whose garbage is collected all the time, and which reads all its blocks."""
    with new_store(**ENV) as store:
        yield store


def soak(store: Store, seconds: float, report: Callable[[str], None] = lambda _: None) -> Soaked:
    """Write, read and list, so long; assert that nothing was refused and all is right."""
    client, ended = store.client(), Event()
    writers = [Writer(f"soak-{number}") for number in range(WRITERS)]
    for box in (*(writer.box for writer in writers), "large", "stalled"):
        assert client.put(box, b"", NO_HISTORY).status == 201
    loads: list[Callable[[], int]] = [_writing(store, writer, ended) for writer in writers]
    loads += [_reading(store, writers, ended) for _ in range(READERS)]
    loads += [_carrying(store, f"large/{number}", ended) for number in range(CARRIERS)]
    with (
        stalls.stalled(store, "stalled", STALLED, STALLED) as standing,
        ThreadPoolExecutor(len(loads)) as pool,
    ):
        running = [pool.submit(load) for load in loads]
        try:
            samples = _watch(store, seconds, report)
        finally:
            ended.set()
        requests = sum(each.result() for each in running)
        stalls.check(store, "stalled", *standing)
    for writer in writers:
        writer.settle(store.client())
    time.sleep(2)
    return Soaked(requests, samples[len(samples) // 5 :], sample(store, seconds))


def _watch(store: Store, seconds: float, report: Callable[[str], None]) -> list[Sample]:
    begun, samples = time.monotonic(), []
    while (at := time.monotonic() - begun) < seconds:
        samples.append(sample(store, at))
        if len(samples) % 30 == 0:
            report(str(samples[-1]))
        time.sleep(min(1.0, seconds / 60))
    return samples


def _writing(store: Store, writer: Writer, ended: Event) -> Callable[[], int]:
    client = store.client()

    def work() -> int:
        writer.run(client, ended, PAUSE_SECONDS)
        assert ended.is_set(), "a write was refused"
        return writer.acknowledged.total()

    return work


def _reading(store: Store, writers: list[Writer], ended: Event) -> Callable[[], int]:
    client = store.client()

    def work() -> int:
        requests = 0
        while not ended.is_set():
            writer = random.choice(writers)
            path = f"{writer.box}/{random.choice(writer.names)}"
            answers = [
                client.get(path),
                client.get(path, {"Range": "bytes=-100"}),
                client.get(writer.box, format="json", prefix="folder/", delimiter="/"),
                client.head(path),
            ]
            assert {answer.status for answer in answers} <= {200, 206, 404, 416}
            requests += len(answers)
            time.sleep(PAUSE_SECONDS)
        return requests

    return work


def _carrying(store: Store, path: str, ended: Event) -> Callable[[], int]:
    client = store.client()

    def work() -> int:
        requests = 0
        while not ended.is_set():
            carry(client, path, LARGE)
            requests += 2
            time.sleep(1)
        return requests

    return work


def carry(client: Client, path: str, size: int) -> None:
    """Send a large object, of which a fourth is new, and fetch it again."""
    head = os.urandom(64)
    pieces = (head + PIECE[64:] if number % 16 == 0 else PIECE for number in range(size // MIB))
    headers = {"Content-Length": str(size)}
    assert client.put(path, pieces, headers).status == 201
    client.connection.request("GET", client.url(path), headers={"X-Auth-Token": client.token})
    answer = client.connection.getresponse()
    received = 0
    while piece := answer.read(MIB):
        received += len(piece)
    assert (answer.status, received) == (200, size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10, help="default: %(default)s")
    with store_to_soak() as store:
        print(soak(store, parser.parse_args().minutes * 60, print))  # noqa: T201 - a program


if __name__ == "__main__":
    main()
