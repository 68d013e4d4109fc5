"""Fewer database connections than clients: refused at once, shared, over when there are more."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.api.client import Answer, Client
from tests.reliability.cluster import PROGRAMS, Cluster, new_clusters
from tests.reliability.crowd import together
from tests.reliability.store import Store, check_container, new_directory, until, wait_for

CLIENTS = 50
PIECE = 70_000
SLOW = 10
FEW = 10  # for 16 threads, and six more that work in the background
ANSWERED_SECONDS = 5
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'store'"
END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'store'"
UPKEEP = 6  # connections of two workers that serve nobody
OPEN = f"{CONNECTIONS} AND state LIKE 'idle in transaction%%'"

pytestmark = pytest.mark.tools(str(PROGRAMS / "postgres"), package="postgresql-15")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with new_clusters(1) as [cluster]:
        cluster.create(["--locale=C"])
        cluster.start()
        yield cluster


@pytest.fixture(scope="module")
def only_store(cluster: Cluster) -> Iterator[Store]:
    with new_directory() as data:
        url = cluster.make_database()
        store = Store(data, DATABASE_URL=url, PITHOS_WORKERS="2", PITHOS_THREADS="8")
        yield store
        store.end()


@pytest.fixture
def fresh(store: Store) -> Store:
    """The store begun anew: it has not met any want of connections yet."""
    store.kill()
    store.restart()
    return store


@pytest.fixture
def allow(cluster: Cluster) -> Iterator[Callable[[int], None]]:
    """Sets how many connections the store may have; -1 is as many as it likes."""

    def allow(count: int) -> None:
        cluster.ask(f"ALTER ROLE store CONNECTION LIMIT {count}")

    yield allow
    allow(-1)


def connections(cluster: Cluster) -> int:
    [[count]] = cluster.ask(CONNECTIONS)
    assert isinstance(count, int)
    return count


def timed(act: Callable[[], Answer]) -> Answer:
    """The answer, which came in time; a 503 tells when to come back."""
    begun = time.monotonic()
    answer = act()
    assert time.monotonic() - begun < ANSWERED_SECONDS
    if answer.status == 503:
        assert 0 < int(answer["Retry-After"]) <= ANSWERED_SECONDS
    return answer


def test_without_a_connection_all_is_503_and_with_one_all_is_served_at_once(
    store: Store, cluster: Cluster, box: str, allow: Callable[[int], None]
) -> None:
    clients = [store.client() for _ in range(CLIENTS)]

    def put(number: int) -> int:
        return timed(lambda: clients[number].put(f"{box}/{number}", b"x")).status

    allow(0)
    cluster.ask(END_CONNECTIONS)
    assert set(together(CLIENTS, put)) == {503}
    allow(-1)
    assert set(together(CLIENTS, put)) == {201}
    check_container(clients[0], box, {str(number): b"x" for number in range(CLIENTS)})


def test_a_few_connections_are_shared_by_all_threads(
    store: Store, cluster: Cluster, box: str, allow: Callable[[int], None]
) -> None:
    clients = [store.client() for _ in range(CLIENTS)]
    allow(FEW)
    cluster.ask(END_CONNECTIONS)

    def put(number: int) -> int:
        path = f"{box}/{number}"
        return until(lambda: timed(lambda: clients[number].put(path, b"x")), 201).status

    assert set(together(CLIENTS, put)) == {201}
    later = [timed(lambda: clients[0].get(f"{box}/0")).status for _ in range(40)]
    assert set(later[-20:]) == {200}  # not only by the threads that came first
    check_container(clients[0], box, {str(number): b"x" for number in range(CLIENTS)})


def begin_upload(client: Client, path: str, pieces: int) -> None:
    client.connection.putrequest("PUT", client.url(path))
    client.connection.putheader("X-Auth-Token", client.token)
    client.connection.putheader("Content-Length", str(pieces * PIECE))
    client.connection.endheaders(bytes(PIECE))


def test_slow_uploaders_hold_no_connections(fresh: Store, cluster: Cluster, box: str) -> None:
    slow = {f"{number}": fresh.client() for number in range(SLOW)}
    for name, client in slow.items():
        begin_upload(client, f"{box}/{name}", pieces=3)
        assert fresh.client().head(box).status == 204  # it has begun by now
    wait_for(lambda: connections(cluster) <= UPKEEP + 2)  # the other clients' own threads
    for client in slow.values():
        client.connection.send(bytes(PIECE))
    assert cluster.ask(OPEN) == [(0,)]
    for client in slow.values():
        client.connection.send(bytes(PIECE))
        assert client.connection.getresponse().status == 201
    check_container(fresh.client(), box, dict.fromkeys(slow, bytes(3 * PIECE)))
