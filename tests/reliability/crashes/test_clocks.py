"""Clocks that leap for days, forward and back, and seconds that come twice."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from tests.reliability.cluster import PROGRAMS, Cluster, new_clusters
from tests.reliability.store import BLOCK, Store, check_container, new_directory, wait_for

DAYS = 2 * 86400
LEAPS = (0, DAYS, 0, -DAYS, -1, 0, -1)
VERSIONS_EACH = 3
PYTHON = """
import time
true_time = time.time
def shown_time():
    with open({file!r}) as file:
        return true_time() + float(file.read())
time.time = shown_time
"""
STAGE = """
    SELECT stage FROM collection
     WHERE by = 'serve' AND moved > to_timestamp(%s) + interval '1 day'
"""

pytestmark = [
    pytest.mark.tools(str(PROGRAMS / "postgres"), package="postgresql-15"),
    pytest.mark.tools("faketime", package="faketime"),
]


@dataclass
class Clock:
    """A clock that can be set. file: by how many seconds it is off, read whenever it is asked."""

    file: Path

    def leap(self, to: int) -> None:
        """Show the real time and so many seconds from now on."""
        part = self.file.with_suffix(".new")
        part.write_text(f"{to:+}\n")
        part.chmod(0o644)
        part.replace(self.file)

    def for_programs(self) -> dict[str, str]:
        """The environment of a program that goes by this clock."""
        return {
            "LD_PRELOAD": "/usr/$LIB/faketime/libfaketimeMT.so.1",
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }

    def for_python(self) -> dict[str, str]:
        """The same for Python, whose waiting libfaketime would break."""
        place = self.file.with_name("python")
        place.mkdir()
        (place / "sitecustomize.py").write_text(PYTHON.format(file=str(self.file)))
        return {"PYTHONPATH": str(place)}


@dataclass
class Clocks:
    """Of the database server, and of the store."""

    database: Clock
    store: Clock

    def leap(self, to: int) -> None:
        self.database.leap(to)
        self.store.leap(to)


@pytest.fixture(scope="module")
def only_clocks() -> Iterator[Clocks]:
    with new_directory() as place:
        clocks = Clocks(Clock(place / "database"), Clock(place / "store"))
        clocks.leap(0)
        yield clocks


@pytest.fixture
def clocks(only_clocks: Clocks) -> Iterator[Clocks]:
    """Clocks that are right, before the test and after it."""
    yield only_clocks
    only_clocks.leap(0)


@pytest.fixture(scope="module")
def cluster(only_clocks: Clocks) -> Iterator[Cluster]:
    with new_clusters(1) as [cluster]:
        cluster.env = only_clocks.database.for_programs()
        cluster.create(["--locale=C"])
        cluster.start()
        yield cluster


@pytest.fixture(scope="module")
def only_store(cluster: Cluster, only_clocks: Clocks) -> Iterator[Store]:
    """A store that collects garbage all the time, by the usual grace of a day."""
    url = cluster.make_database()
    env = {"PITHOS_WORKERS": "1", "PITHOS_GARBAGE_INTERVAL": "1", **only_clocks.store.for_python()}
    with new_directory() as data:
        store = Store(data, DATABASE_URL=url, **env)
        yield store
        store.end()


@pytest.fixture
def serials(store: Store, clocks: Clocks, box: str) -> list[int]:
    """The versions of an object ``o`` of numbers, in the order in which they were acknowledged."""
    client = store.client()
    found: list[int] = []
    for leap in LEAPS:
        clocks.leap(leap)
        for _ in range(VERSIONS_EACH):
            answer = client.put(f"{box}/o", str(len(found)))
            assert answer.status == 201
            found.append(int(answer["X-Object-Version"]))
            assert client.get(f"{box}/o").body == str(len(found) - 1).encode()
    return found


def test_versions_are_in_the_order_of_their_commits(
    store: Store, box: str, serials: list[int]
) -> None:
    client = store.client()
    listed = client.get(f"{box}/o", version="list", format="json").json["versions"]
    assert [serial for serial, _ in listed] == serials == sorted(serials)
    times = [float(time) for _, time in listed]
    assert times == sorted(set(times))
    check_container(client, box, {"o": str(len(serials) - 1).encode()})


def test_the_past_is_read_in_the_order_of_commits(
    store: Store, box: str, serials: list[int]
) -> None:
    client = store.client()
    listed = client.get(f"{box}/o", version="list", format="json").json["versions"]
    for (serial, _), (_, successor) in pairwise(listed):
        [then] = client.get(box, format="json", until=successor).json
        assert then["x_object_version"] == serial


def test_tokens_expire_by_the_database_clock(store: Store, clocks: Clocks) -> None:
    token = store.manage("create_token", store.account, "--expires", "1d").stdout.strip()
    assert re.fullmatch(r"\S+", token)
    client = store.client()
    client.token = token
    clocks.store.leap(DAYS)
    assert client.head().status == 204
    clocks.leap(0)
    clocks.database.leap(DAYS)
    assert client.head().status == 401
    clocks.database.leap(-DAYS)
    assert client.head().status == 204


def test_an_upload_under_way_survives_a_leap_and_the_collection_after_it(
    store: Store, cluster: Cluster, clocks: Clocks, box: str
) -> None:
    client, content = store.client(), os.urandom(2 * BLOCK)
    client.connection.putrequest("PUT", client.url(f"{box}/o"))
    client.connection.putheader("X-Auth-Token", client.token)
    client.connection.putheader("Content-Length", str(len(content)))
    client.connection.endheaders(content[: BLOCK + 1])
    wait_for(store.blocks)
    clocks.leap(DAYS)
    wait_for_collection(cluster)
    client.connection.send(content[BLOCK + 1 :])
    assert client.connection.getresponse().status == 201
    clocks.leap(0)
    check_container(store.client(), box, {"o": content})
    checked = store.manage("fsck", "--strict")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def wait_for_collection(cluster: Cluster) -> None:
    """Wait until retired blocks were discarded, in a pass begun when the clock had leapt."""
    now = time.time()
    for stage in ("files", "retired", "uploads"):
        wait_for(partial(reached, cluster, now, stage))


def reached(cluster: Cluster, now: float, stage: str) -> bool:
    return cluster.ask(STAGE, now) == [(stage,)]
