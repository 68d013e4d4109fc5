import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from cluster import supervisor
from cluster.layout import Layout
from tests.leftovers import new_quick_directory

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def ask(layout: Layout, statement: str) -> Any:
    """The first value that ``statement`` gives, as the application's role."""
    connection = connect(layout)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else (None,)
        connection.commit()
        assert row is not None
        return row[0]
    finally:
        connection.close()


def connect(layout: Layout) -> "psycopg2.extensions.connection":
    return psycopg2.connect(host=str(layout.run), user="pithos", dbname="pithos", port=5432)


def postmaster(layout: Layout) -> int:
    return int((layout.data / "postmaster.pid").read_text().split()[0])


def as_user(uid: int, act: Callable[[], str]) -> str:
    """What ``act`` returns, or its exception's text, in a fork that is ``uid``.

    Not a new interpreter: ours may lie in a home that this user cannot enter.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            said = act()
        except BaseException as error:
            said = str(error)
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory that every user may enter (pytest's own is private)."""
    with new_quick_directory() as path:
        yield path
        _leave(path)


@pytest.fixture(scope="session")
def seed() -> Iterator[Path]:
    """The files of a new cluster at rest: copying them is quicker than making them."""
    with new_quick_directory() as path:
        supervisor.join(Layout(path / "pg", disposable=True)).leave()
        yield path / "pg" / "data"


@pytest.fixture
def durable(place: Path, seed: Path) -> Layout:
    """A cluster with production's settings, not yet started."""
    return plant(seed, Layout(place / "pg"))


@pytest.fixture(scope="module")
def cluster(seed: Path) -> Iterator[Layout]:
    """A running cluster for tests that only look at it."""
    with new_quick_directory() as path:
        yield supervisor.join(plant(seed, Layout(path / "pg", disposable=True))).layout
        _leave(path)


def plant(seed: Path, layout: Layout) -> Layout:
    layout.root.mkdir()
    subprocess.run(["cp", "-a", seed, layout.data], check=True)
    return layout


def _leave(path: Path) -> None:
    for member in list(supervisor._members().values()):
        if path in member.layout.root.parents:
            member.leave()
            if path not in member.layout.run.parents:
                shutil.rmtree(member.layout.run)
