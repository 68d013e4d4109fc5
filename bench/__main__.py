"""The benchmark's command line."""

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bench import report
from bench.measure import Row, measure
from bench.server import running_store
from bench.stock import Stock
from bench.targets import BenchTarget, RefusedError, address, login
from bench.workloads import Workload, chosen


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    add = parser.add_argument
    add("--only", default="*", help="workloads, comma-separated; list-1k-* takes all of a kind")
    add("--seconds", type=float, default=3.0, help="for each turn (default 3)")
    add("--connections", type=_numbers, default=[1, 8, 32], help="default 1,8,32")
    add("--rounds", type=int, default=1, help="turns of each workload; the table has medians")
    add("--names", type=_numbers, default=[1, 10, 100], help="thousands to list (1,10,100)")
    add("--json", type=Path, metavar="FILE", help="write every turn there")
    add("--data", type=Path, default=Path("/var/tmp"), help="where to make the data directory")
    running = parser.add_argument_group("a store that runs already (all four)")
    running.add_argument("--url", help="such as http://127.0.0.1:8000/v1")
    running.add_argument("--account")
    running.add_argument("--token")
    running.add_argument("--pids", type=_numbers, default=[], help="of serve and the postmaster")
    add(
        "--compare-with-swift",
        nargs=4,
        metavar=("URL", "USER", "KEY", "PIDS"),
        help="in turns with a Swift proxy that has TempAuth, URL ending in /auth/v1.0",
    )
    return parser.parse_args()


@contextmanager
def _targets(given: argparse.Namespace) -> Iterator[list[BenchTarget]]:
    peers = []
    if given.compare_with_swift:
        url, user, key, pids = given.compare_with_swift
        peers.append(login("swift", url, user, key, tuple(_numbers(pids))))
    if given.url:
        path = f"{urlsplit(given.url).path.rstrip('/')}/{given.account}"
        yield [
            BenchTarget("pithos", address(given.url), path, given.token, tuple(given.pids)),
            *peers,
        ]
        return
    with running_store(given.data) as ours:
        yield [*ours, *peers]


def _turns(given: argparse.Namespace, stocks: list[Stock]) -> Iterator[Row]:
    """Every workload at every number of connections, the targets alternating in each round."""
    for workload in chosen(given.only, given.names):
        for connections in given.connections:
            for turn in range(given.rounds):
                for stock in stocks[:: -1 if turn % 2 else 1]:
                    if workload.suits(stock):
                        yield _turn(workload, stock, connections, given.seconds)


def _turn(workload: Workload, stock: Stock, connections: int, seconds: float) -> Row:
    """One measurement; a target that refuses one workload does not end the run."""
    try:
        row = measure(workload, stock, connections, seconds)
    except (RefusedError, OSError) as error:
        failed = {str(error): 1}
        return Row(
            stock.target.label, workload.name, connections, 0, "/s", 0, 0, 0, 0, 0, 0, 0, failed
        )
    print(
        f"{row.workload:<20} c={connections:<3} {row.target:<7}"
        f" {report.number(row.rate):>7} {row.unit:<5} p50 {report.number(row.p50_ms)} ms,"
        f" CPU {report.number(row.cpu_ms)} ms {row.errors or ''}",
        file=sys.stderr,
    )
    return row


def _save(path: Path, rows: list[Row]) -> None:
    machine = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "arguments": sys.argv[1:],
    }
    turns = [asdict(row) for row in rows]
    path.write_text(json.dumps({"machine": machine, "turns": turns}, indent=1) + "\n")


def main() -> int:
    """Measure and print the tables. Returns: 1 when anything failed."""
    given = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers are to end with us
    try:
        with _targets(given) as targets:
            rows = list(_turns(given, [Stock(target) for target in targets]))
    except RefusedError as error:
        sys.exit(str(error))
    print(report.table(rows))
    if given.compare_with_swift:
        print("\n" + report.ratios(rows, "pithos", "swift"))
    if given.json:
        _save(given.json, rows)
    return 1 if any(row.errors for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
