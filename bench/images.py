"""What an upload costs as an image, against the same upload as an object.

    python -m bench.images --size 1024 --rounds 5

It starts a store of its own, as ``make bench`` does, and sends content in turns to the object API
and to Glance's, where its SHA-512 is made, too. The table has medians: the seconds, and those of
processor time of server and Postgres.
"""

import argparse
import http.client
import json
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench import cpu
from bench.server import running_store
from bench.targets import BenchTarget, RefusedError

_MIB = 1024 * 1024
_IMAGE = {"name": "i", "disk_format": "raw", "container_format": "bare"}
KINDS = ("object", "image")


def _content(size: int) -> Iterator[bytes]:
    """Yield ``size`` MiB that the store does not have, at hardly any cost."""
    piece = bytearray(os.urandom(_MIB))
    for number in range(size):
        piece[:8] = number.to_bytes(8, "big")
        yield bytes(piece)


def _send(target: BenchTarget, method: str, path: str, body: object, length: int) -> bytes:
    """Send a request; return the answer's body. Raises: RefusedError."""
    connection = http.client.HTTPConnection(*target.address, timeout=600)
    headers = {
        "X-Auth-Token": target.token,
        "Content-Type": "application/octet-stream",
        "Content-Length": str(length),
    }
    connection.request(method, path, body, headers)  # type: ignore[arg-type]
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RefusedError(f"{method} {path}: {answer.status} {said[:200]!r}")
    return said


def _place(target: BenchTarget, kind: str, number: int) -> str:
    """Return where the content goes."""
    if kind == "object":
        return f"{target.path}/objects/{number}"
    said = json.dumps(_IMAGE).encode()
    made = json.loads(_send(target, "POST", "/image/v2/images", said, len(said)))
    return f"/image/v2/images/{made['id']}/file"


def _turn(target: BenchTarget, kind: str, number: int, size: int) -> tuple[float, float]:
    """Upload once; return the seconds, and those of processor time."""
    path = _place(target, kind, number)
    spent, start = cpu.seconds(target.pids), time.monotonic()
    _send(target, "PUT", path, _content(size), size * _MIB)
    return time.monotonic() - start, cpu.seconds(target.pids) - spent


def measure(target: BenchTarget, size: int, rounds: int) -> None:
    """Print a table. size: of each upload, in MiB."""
    _send(target, "PUT", f"{target.path}/objects", b"", 0)
    taken: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS[:: 1 if number % 2 else -1]:
            times = _turn(target, kind, number, size)
            taken[kind].append(times)
            print(f"# {kind}: {times[0]:.2f} s, {times[1]:.2f} s CPU", flush=True)
    medians = {
        kind: [statistics.median(each) for each in zip(*taken[kind], strict=True)] for kind in KINDS
    }
    print(f"| {size} MiB | object | image | x |\n|---|---|---|---|")
    for at, title in enumerate(("seconds", "CPU seconds")):
        plain, image = medians["object"][at], medians["image"][at]
        print(f"| {title} | {plain:.2f} | {image:.2f} | {image / plain:.3f} |")


def main() -> None:
    """Read the options, start the store, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1024, help="MiB of an upload")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=Path("/var/tmp"))
    given = parser.parse_args()
    with running_store(given.data) as [_, store]:
        measure(store, given.size, given.rounds)


if __name__ == "__main__":
    main()
