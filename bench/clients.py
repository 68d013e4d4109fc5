"""Side by side: how long clients take to put and get files, and to find that nothing has changed.

    python -m bench.clients --size 1024 --files 2800 --rounds 3

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
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from bench.server import ROOT, running_store
from bench.targets import BenchTarget

_MIB = 1024 * 1024

Times: TypeAlias = tuple[float, float]
"""Seconds that a program took, and those of processor time."""

Step: TypeAlias = tuple[str, Times]
Places: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class TimedClient:
    """A program. Its words, with FILE, NAME, BOX, TREE and BACK in their places.

    check: as put, but reading a file that looks unchanged.
    """

    name: str
    put: tuple[str, ...]
    check: tuple[str, ...]
    get: tuple[str, ...]
    put_tree: tuple[str, ...]
    get_tree: tuple[str, ...]


_SWIFT = ("swift", "-q", "upload", "--skip-identical", "--object-name", "NAME", "BOX")

CLIENTS = (
    TimedClient(
        "pithos",
        ("pithos", "put", "FILE", "BOX/NAME"),
        ("pithos", "put", "-c", "FILE", "BOX/NAME"),
        ("pithos", "get", "BOX/NAME", "BACK"),
        ("pithos", "put", "TREE", "BOX/"),
        ("pithos", "get", "BOX/tree", "BACK"),
    ),
    TimedClient(
        "rclone",
        ("rclone", "copyto", "FILE", "store:BOX/NAME"),
        ("rclone", "copyto", "--checksum", "FILE", "store:BOX/NAME"),
        ("rclone", "copyto", "store:BOX/NAME", "BACK"),
        ("rclone", "copy", "TREE", "store:BOX/tree"),
        ("rclone", "copy", "store:BOX/tree", "BACK"),
    ),
    TimedClient(
        "swift",
        (*_SWIFT, "FILE"),
        (*_SWIFT, "FILE"),
        ("swift", "-q", "download", "BOX", "NAME", "-o", "BACK"),
        (*_SWIFT, "TREE"),
        ("swift", "-q", "download", "BOX", "-D", "BACK"),
    ),
)


def environment(target: BenchTarget, place: Path) -> dict[str, str]:
    """How each of the programs is told where the store is. place: for what they remember.

    Modules are compiled once, as they are by who installs them.
    """
    account = target.path.removeprefix("/v1/")
    origin = "http://{}:{}".format(*target.address)
    storage = f"{origin}/v1/AUTH_{account}"
    return {
        **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(place / "compiled"),
        "PYTHONPATH": str(ROOT / "clients"),
        "XDG_CACHE_HOME": str(place / "cache"),
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


def file_turn(client: TimedClient, env: dict[str, str], places: Places) -> Iterator[Step]:
    """Do what is done with one file, with one that the store does not have."""
    file, back = Path(places["FILE"]), Path(places["BACK"])
    yield "put", run(client.put, env, **places)
    yield "get", run(client.get, env, **places)
    subprocess.run(["cmp", file, back], check=True)
    back.unlink()
    yield "put unchanged", run(client.put, env, **places)
    yield "put unchanged, read", run(client.check, env, **places)
    change_a_byte(file)
    yield "put with one changed byte", run(client.put, env, **places)


def tree_turn(client: TimedClient, env: dict[str, str], places: Places) -> Iterator[Step]:
    """Do what is done with a folder of many files."""
    places = {**places, "BOX": f"{places['BOX']}-tree", "NAME": "tree"}
    run(("swift", "post", "BOX"), env, **places)
    yield "put a tree", run(client.put_tree, env, **places)
    yield "get a tree", run(client.get_tree, env, **places)
    back = Path(places["BACK"])
    shutil.rmtree(back)
    yield "put a tree unchanged", run(client.put_tree, env, **places)


def fill(file: Path, size: int, tree: Path, count: int) -> None:
    """Make a file of so many MiB, and a tree of so many small ones."""
    file.write_bytes(b"".join(random.randbytes(_MIB) for _ in range(size)))
    shutil.rmtree(tree, ignore_errors=True)
    for number in range(count):
        path = tree / f"d{number % 50}" / f"f{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(random.randbytes(number % 9000))


def measure(target: BenchTarget, place: Path, given: argparse.Namespace) -> None:
    """Print a table of all clients and steps."""
    env, file, tree = environment(target, place), place / "file", place / "tree"
    taken = defaultdict[tuple[str, str], list[Times]](list)
    clients = [each for each in CLIENTS if shutil.which(each.name, path=env["PATH"])]
    for number in range(given.rounds):
        for client in clients:
            fill(file, given.size, tree, given.files)
            box, back = f"{client.name}-{number}", place / "back"
            places = {"FILE": file, "TREE": tree, "BACK": back, "BOX": box, "NAME": "file"}
            words = {key: str(value) for key, value in places.items()}
            run(("swift", "post", box), env)
            steps = chain(file_turn(client, env, words), tree_turn(client, env, words))
            for step, times in steps:
                taken[step, client.name].append(times)
                print(f"# {client.name} {step}: {times[0]:.2f} s, {times[1]:.2f} s CPU", flush=True)
    _print_table(f"{given.size} MiB", [each.name for each in clients], taken)


def _print_table(
    title: str, names: list[str], taken: Mapping[tuple[str, str], list[Times]]
) -> None:
    print("|".join(["", f" {title} ", *(f" {name} " for name in names), ""]))
    print("|---" * (len(names) + 1) + "|")
    for step in dict.fromkeys(step for step, _ in taken):
        medians = [map(statistics.median, zip(*taken[step, name], strict=True)) for name in names]
        cells = ["{:.2f} s ({:.2f})".format(*each) for each in medians]
        print(f"| {step} | {' | '.join(cells)} |")


def main() -> None:
    """Read the options, start the store, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1024, help="MiB of the file")
    parser.add_argument("--files", type=int, default=2800, help="files of the tree")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path("/var/tmp"))
    given = parser.parse_args()
    with running_store(given.data) as [_, store], TemporaryDirectory(dir=given.data) as place:
        measure(store, Path(place), given)


if __name__ == "__main__":
    main()
