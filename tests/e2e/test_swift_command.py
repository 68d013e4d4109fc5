"""The stock ``swift`` command against a store as it comes: default settings, its own Postgres."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import pytest

from tests.forks import commands
from tests.leftovers import new_quick_directory
from tests.reliability.store import BLOCK, Store, new_store

LEAST_FILES = 400
LEFT_OUT = shutil.ignore_patterns(
    *("__pycache__", "admin", "admindocs", "flatpages", "gis", "humanize", "postgres", "redirects"),
    *("sessions", "sites"),
)

Tree = dict[str, bytes]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with new_store() as store:
        yield store


@pytest.fixture(scope="module")
def source() -> Iterator[Path]:
    """A part of the installed Django: hundreds of files in a deep tree."""
    installed = Path(django.__file__).parent / "contrib"
    with new_quick_directory() as place:
        shutil.copytree(installed, place / "contrib", ignore=LEFT_OUT)
        yield place / "contrib"


@pytest.fixture(scope="module")
def uploaded(store: Store, source: Path) -> Tree:
    tree = read_tree(source)
    assert len(tree) >= LEAST_FILES
    swift(store, "upload", "--object-threads=6", "tree", ".", cwd=source)
    return tree


def swift(store: Store, *words: str, cwd: Path) -> list[str]:
    """Run the command to its success; the lines it prints."""
    host, port = store.address
    where = f"http://{host}:{port}/v1/{store.account}"
    login = ("--os-storage-url", where, "--os-auth-token", store.token)
    given = [commands.program("swift"), *login, *words]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
    done = subprocess.run(given, cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def read_tree(place: Path) -> Tree:
    files = (path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}


def check(store: Store, container: str, tree: Tree, place: Path) -> None:
    """What the command lists and downloads, and what the container counts, is the tree."""
    sizes = sum(map(len, tree.values()))
    assert swift(store, "list", container, cwd=place) == sorted(tree)
    stat = [line.strip() for line in swift(store, "stat", container, cwd=place)]
    assert f"Objects: {len(tree)}" in stat
    assert f"Bytes: {sizes}" in stat
    head = store.client().head(container)
    assert int(head["X-Container-Object-Count"]) == len(tree)
    assert int(head["X-Container-Bytes-Used"]) == sizes
    swift(store, "download", "--object-threads=6", container, cwd=place)
    assert read_tree(place) == tree


def test_a_tree_of_hundreds_of_files_comes_back_whole(
    store: Store, uploaded: Tree, quick_path: Path
) -> None:
    check(store, "tree", uploaded, quick_path)


def test_a_tree_outlives_kill_9_of_server_and_postgres(
    store: Store, uploaded: Tree, quick_path: Path
) -> None:
    store.kill_all()
    store.restart()
    check(store, "tree", uploaded, quick_path)


def _random(path: Path, size: int) -> None:
    path.write_bytes(os.urandom(size))


def _zeros(path: Path, size: int) -> None:
    path.write_bytes(bytes(size))


def _sparse(path: Path, size: int) -> None:
    path.touch()
    os.truncate(path, size)


def _holed(path: Path, size: int) -> None:
    path.write_bytes(b"begin")
    os.truncate(path, size - 3)
    with path.open("ab") as file:
        file.write(b"end")


SHAPES: dict[str, tuple[Callable[[Path, int], None], int]] = {
    "24 MiB": (_random, 24 << 20),
    "sparse": (_sparse, 20_000_000),
    "holed": (_holed, 20_000_000),
    "NUL": (_zeros, 2 * BLOCK + 5),
    "empty": (_random, 0),
    "one byte": (_random, 1),
    "one NUL": (_zeros, 1),
    "block - 1": (_random, BLOCK - 1),
    "block": (_random, BLOCK),
    "block + 1": (_random, BLOCK + 1),
}


def test_files_of_awkward_sizes_outlive_kill_9_of_the_server(store: Store, tmp_path: Path) -> None:
    source, before, after = tmp_path / "source", tmp_path / "before", tmp_path / "after"
    for place in (source, before, after):
        place.mkdir()
    for name, (make, size) in SHAPES.items():
        make(source / name, size)
    tree = read_tree(source)
    assert {name: len(content) for name, content in tree.items()} == {
        name: size for name, (_, size) in SHAPES.items()
    }
    swift(store, "upload", "shapes", ".", cwd=source)
    check(store, "shapes", tree, before)
    store.kill()
    store.restart()
    check(store, "shapes", tree, after)
