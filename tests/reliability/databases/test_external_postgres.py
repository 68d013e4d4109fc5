"""A database server of the operator's: Debian's, over TCP with a password, sorting as Americans."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.reliability.cluster import AMERICAN, PROGRAMS, Cluster, new_clusters
from tests.reliability.store import BLOCK, Store, check_container, new_directory, until

NAMES = ["Z", "_", "a", "B", "a b", "a-b", "aB", "ab", "Ab", "é", "e", "ß", "\ufb00", "😀", "￦"]

pytestmark = pytest.mark.tools(str(PROGRAMS / "postgres"), package="postgresql-15")


@pytest.fixture(scope="module")
def foreign() -> Iterator[Cluster]:
    with new_clusters(1) as [cluster]:
        cluster.create(AMERICAN)
        cluster.start()
        yield cluster


@pytest.fixture(scope="module")
def foreign_store(foreign: Cluster) -> Iterator[Store]:
    url = foreign.make_database()
    # Nothing like codepoint order.
    assert foreign.ask("SELECT 'a' < 'B', 'a-b' > 'aB'") == [(True, False)]
    with new_directory() as data:
        store = Store(data, DATABASE_URL=url)
        yield store
        store.end()
        assert not (data / "pg").exists()


@pytest.fixture(scope="module", params=["1", "0"], ids=["prepared", "behind a pooler"])
def store(foreign_store: Store, request: pytest.FixtureRequest) -> Store:
    if foreign_store.env.get("PITHOS_PREPARED_STATEMENTS", "1") != request.param:
        foreign_store.kill()
        foreign_store.restart(PITHOS_PREPARED_STATEMENTS=request.param)
    return foreign_store


def test_objects_are_kept_and_listed_in_codepoint_order(store: Store, box: str) -> None:
    client = store.client()
    contents = {name: os.urandom(10 * len(name.encode())) for name in NAMES}
    contents |= {"folder/large": os.urandom(BLOCK + 1), "folder/empty": b""}
    for name, content in contents.items():
        assert client.put(f"{box}/{name}", content).status == 201
    check_container(client, box, contents)
    assert client.names(box) == sorted(contents)
    assert client.names(box, marker="a", limit=3) == ["a b", "a-b", "aB"]
    assert client.names(box, prefix="a") == ["a", "a b", "a-b", "aB", "ab"]
    folders = sorted([*NAMES, "folder/"])
    assert client.names(box, delimiter="/") == folders
    for name in contents:
        assert client.delete(f"{box}/{name}").status == 204
    check_container(client, box, {})
    assert client.delete(box).status == 204


def test_containers_are_listed_in_codepoint_order(store: Store, box: str) -> None:
    client = store.client()
    names = [f"{box}{name}" for name in NAMES]
    for name in names:
        assert client.put(name).status == 201
    assert [name for name in client.names("") if name in names] == sorted(names)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "cut off"])
def test_a_restarted_database_is_found_again(
    store: Store, foreign: Cluster, box: str, how: int
) -> None:
    client = store.client()
    assert client.put(f"{box}/o", b"kept").status == 201
    foreign.stop(how)
    assert client.get(f"{box}/o").status == 503
    foreign.start()
    until(lambda: client.get(f"{box}/o"), 200)
    check_container(store.client(), box, {"o": b"kept"})
