"""Side by side: how long clients take to put and get files, and to find that nothing has changed.

    python -m bench.clients --size 1024 --rounds 3

It starts a store of its own, as ``make bench`` does. ``rclone`` and ``swift`` must be on PATH or in
the virtual environment; one that is not there is left out. Each step of each client is timed in
turn; the table has the median seconds, and in brackets those of the client's own processor time.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from bench.server import running_store
from bench.targets import BenchTarget

_MIB = 1024 * 1024

Times: TypeAlias = tuple[float, float]
"""Seconds that a program took, and those of processor time."""


@dataclass(frozen=True)
class TimedClient:
    """A program. put, get: its words, with FILE, NAME, BOX and BACK in their places."""

    name: str
    put: tuple[str, ...]
    get: tuple[str, ...]


CLIENTS = (
    TimedClient(
        "pithos", ("pithos", "put", "FILE", "BOX/NAME"), ("pithos", "get", "BOX/NAME", "BACK")
    ),
    TimedClient(
        "rclone",
        ("rclone", "copyto", "FILE", "store:BOX/NAME"),
        ("rclone", "copyto", "store:BOX/NAME", "BACK"),
    ),
    TimedClient(
        "swift",
        ("swift", "-q", "upload", "--skip-identical", "--object-name", "NAME", "BOX", "FILE"),
        ("swift", "-q", "download", "BOX", "NAME", "-o", "BACK"),
    ),
)
STEPS = ("put", "get", "put unchanged", "put with one changed byte")


def environment(target: BenchTarget) -> dict[str, str]:
    """How each of the programs is told where the store is."""
    account = target.path.removeprefix("/v1/")
    origin = "http://{}:{}".format(*target.address)
    storage = f"{origin}/v1/AUTH_{account}"
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PITHOS_URL": f"{origin}/v1/{account}",
        "PITHOS_TOKEN": target.token,
        "OS_STORAGE_URL": storage,
        "OS_AUTH_TOKEN": target.token,
        "RCLONE_CONFIG": "/dev/null",
        "RCLONE_CONFIG_STORE_TYPE": "swift",
        "RCLONE_CONFIG_STORE_STORAGE_URL": storage,
        "RCLONE_CONFIG_STORE_AUTH_TOKEN": target.token,
    }


def run(words: tuple[str, ...], env: dict[str, str], **places: str) -> Times:
    """Run a program; return its seconds, and those of processor time. It must succeed."""
    for place, text in places.items():
        words = tuple(word.replace(place, text) for word in words)
    before, start = os.times(), time.monotonic()
    subprocess.run(words, env=env, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.monotonic() - start, os.times()
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return wall, cpu


def change_a_byte(file: Path) -> None:
    """Change one byte in the middle, and the time with it."""
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        byte = opened.read(1)
        opened.seek(-1, 1)
        opened.write(bytes([byte[0] ^ 1]))


def turn(
    client: TimedClient, env: dict[str, str], file: Path, box: str
) -> Iterator[tuple[float, float]]:
    """Do the steps, one after the other, with a file that the store does not have."""
    back = file.with_suffix(".back")
    places = {"FILE": str(file), "NAME": "file", "BOX": box, "BACK": str(back)}
    yield run(client.put, env, **places)
    yield run(client.get, env, **places)
    subprocess.run(["cmp", file, back], check=True)
    back.unlink()
    yield run(client.put, env, **places)
    change_a_byte(file)
    yield run(client.put, env, **places)


def measure(target: BenchTarget, place: Path, size: int, rounds: int) -> None:
    """Print a table of all clients and steps. size: of the file, in MiB."""
    env, file = environment(target), place / "file"
    taken = defaultdict[tuple[str, str], list[Times]](list)
    clients = [each for each in CLIENTS if shutil.which(each.name, path=env["PATH"])]
    for number in range(rounds):
        for client in clients:
            file.write_bytes(b"".join(random.randbytes(_MIB) for _ in range(size)))
            box = f"{client.name}-{number}"
            run(("swift", "post", box), env)
            for step, times in zip(STEPS, turn(client, env, file, box), strict=True):
                taken[client.name, step].append(times)
                print(f"# {client.name} {step}: {times[0]:.2f} s, {times[1]:.2f} s CPU", flush=True)
    _print_table(f"{size} MiB", [each.name for each in clients], taken)


def _print_table(
    title: str, names: list[str], taken: Mapping[tuple[str, str], list[Times]]
) -> None:
    print("|".join(["", f" {title} ", *(f" {name} " for name in names), ""]))
    print("|---" * (len(names) + 1) + "|")
    for step in STEPS:
        medians = [map(statistics.median, zip(*taken[name, step], strict=True)) for name in names]
        cells = ["{:.2f} s ({:.2f})".format(*each) for each in medians]
        print(f"| {step} | {' | '.join(cells)} |")


def main() -> None:
    """Read the options, start the store, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1024, help="MiB of the file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path("/var/tmp"))
    given = parser.parse_args()
    with running_store(given.data) as [_, store], TemporaryDirectory(dir=given.data) as place:
        measure(store, Path(place), given.size, given.rounds)


if __name__ == "__main__":
    main()
