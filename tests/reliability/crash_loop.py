"""Kill the server, its workers or its database again and again; nothing acknowledged is lost.

Run as a program it is the proof that a release needs: ``make crash CYCLES=200``.
"""

import argparse
import os
import random
import signal
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from threading import Event

from tests.reliability.ledger import Writer
from tests.reliability.store import Store, new_store, until, wait_for

WRITERS = 4
WRITES_BEFORE_A_KILL = 150
WRITES_A_SECOND = 8  # at least, all writers together, however busy the machine is
READY_SECONDS = 30
READY_P50_SECONDS = 3
BUSY = """
    SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()
       AND backend_type = 'client backend'
"""


def kill_server(store: Store) -> None:
    store.kill()


def kill_all(store: Store) -> None:
    store.kill_all()


def kill_database_then_server(store: Store) -> None:
    store.kill_postgres()
    time.sleep(0.2)
    store.kill()


def kill_database(store: Store) -> None:
    store.kill_postgres()


def cut_off_database(store: Store) -> None:
    """As ``pg_ctl stop -m immediate`` does."""
    with store.without_revival():
        store.stop_postgres(signal.SIGQUIT)


def kill_worker(store: Store) -> None:
    os.kill(random.choice(store.workers()), signal.SIGKILL)


Kill = Callable[[Store], None]
KILLS: list[Kill] = [
    kill_server, kill_database, kill_all, kill_worker, kill_database_then_server, cut_off_database,
]  # fmt: skip


@dataclass
class Figures:
    """What a loop did. ready: seconds from the begin of recovery to the first read, by kill."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    ready: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    versions: int = 0

    def ready_p50(self) -> float:
        """Of all kills of the server, the usual seconds until it serves again."""
        return statistics.median(self.ready["kill_server"] + self.ready["kill_all"])

    def __str__(self) -> str:
        kills = sum(map(len, self.ready.values()))
        lines = [
            f"{self.acknowledged.total()} acknowledged writes over {kills} kills, none lost, stale,"
            f" torn or come back: {dict(self.acknowledged)}",
            f"{self.versions} acknowledged versions read again, each with its bytes",
        ]
        for name, seconds in self.ready.items():
            median, longest = statistics.median(seconds), max(seconds)
            lines.append(f"{name}: ready after {median:.2f} s (p50), {longest:.2f} s at most")
        return "\n".join(lines)


def crash(
    store: Store,
    cycles: int,
    writes: int = WRITES_BEFORE_A_KILL,
    report: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Let writers write and kill something, so many times; assert that everything is right.

    writes: how many before each kill, about.
    """
    figures = Figures()
    writers = [Writer(f"crash-{number}") for number in range(WRITERS)]
    for writer in writers:
        assert store.client().put(writer.box).status == 201
    for number, kill in enumerate(islice(cycle(KILLS), cycles), 1):
        _write_until_killed(store, writers, kill, writes)
        figures.ready[kill.__name__].append(_recover(store))
        for writer in writers:
            writer.settle(store.client())
        report(f"{number} of {cycles}: {kill.__name__}")
    for writer in writers:
        writer.check_history(store.client())
        figures.acknowledged += writer.acknowledged
        figures.versions += len(writer.entries)
    checked = store.manage("fsck", "--strict")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    return figures


def _write_until_killed(store: Store, writers: list[Writer], kill: Kill, writes: int) -> None:
    def written() -> int:
        return sum(writer.acknowledged.total() for writer in writers)

    ended, wanted = Event(), written() + writes
    deadline = time.monotonic() + writes / WRITES_A_SECOND
    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(writer.run, store.client(), ended) for writer in writers]
        while written() < wanted and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.05))
        kill(store)
        ended.set()
    for each in running:
        each.result()


def _recover(store: Store) -> float:
    """Start the server if it is dead. Returns the seconds until the store can be read again."""
    begun = time.monotonic()
    if store.process.poll() is not None:
        store.restart()
    client = store.client()
    until(client.head, 204)
    seconds = time.monotonic() - begun
    assert seconds < READY_SECONDS
    # What a dead worker has sent to the database is still carried out.
    wait_for(lambda: store.ask(BUSY) == 0)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cycles", type=int, nargs="?", default=200, help="default: %(default)s")
    parser.add_argument(
        "writes", type=int, nargs="?", default=WRITES_BEFORE_A_KILL, help="default: %(default)s"
    )
    told = parser.parse_args()
    with new_store() as store:
        figures = crash(store, told.cycles, told.writes, print)
    print(figures)  # noqa: T201 - a program
    if figures.ready_p50() > READY_P50_SECONDS:
        parser.exit(1, f"more than {READY_P50_SECONDS} s until it serves again\n")


if __name__ == "__main__":
    main()
