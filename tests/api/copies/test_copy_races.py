"""Copies and moves at once: each name has one writer, nobody waits in a circle (contract §5)."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from django.db import connection

from pithos_api.services.locks import container_lock
from pithos_api.values import ContainerPath
from tests.api.client import Client
from tests.api.transfers import transfer
from tests.waiting import who_waits

CLIENTS = 6


@pytest.fixture
def crowd(box: Client) -> Iterator[list[Client]]:
    """The same user on several connections."""
    clients = [Client(box.address, box.account, box.token) for _ in range(CLIENTS)]
    yield clients
    for client in clients:
        client.connection.close()


def at_once(clients: Sequence[Client], act: Callable[[int, Client], int]) -> Counter[int]:
    """The statuses of what all clients did at the same time."""
    with ThreadPoolExecutor(len(clients)) as pool:
        return Counter(pool.map(act, range(len(clients)), clients))


@pytest.mark.requirement("R141")
@pytest.mark.parametrize("verb", ["PUT", "PUT-MOVE"])
def test_a_free_name_has_one_winner(box: Client, crowd: list[Client], verb: str) -> None:
    for number in range(CLIENTS):
        box.put(f"c/{number}", b"%d" % number)

    def take(number: int, client: Client) -> int:
        return transfer(client, verb, f"c/{number}", "c/x", {"If-None-Match": "*"}).status

    assert at_once(crowd, take) == {201: 1, 412: CLIENTS - 1}
    assert len(box.names("c")) == (CLIENTS + 1 if verb == "PUT" else CLIENTS)
    assert len(box.get("c/x", version="list", format="json").json["versions"]) == 1


@pytest.mark.requirement("R100", "R140")
@pytest.mark.parametrize("query", [{}, {"delimiter": "/"}])
def test_what_moves_goes_to_one_place(
    box: Client, crowd: list[Client], query: dict[str, Any]
) -> None:
    box.put("c/o", b"only one")

    def take(number: int, client: Client) -> int:
        return transfer(client, "MOVE", "c/o", f"c/to{number}", **query).status

    assert at_once(crowd, take) == {201: 1, 404: CLIENTS - 1}
    assert len(box.names("c")) == 1
    assert box.head("c")["X-Container-Bytes-Used"] == "8"


@pytest.mark.requirement("R140")
@pytest.mark.parametrize("query", [{}, {"delimiter": "/"}])
def test_copies_that_cross_do_not_wait_in_a_circle(
    box: Client, crowd: list[Client], query: dict[str, Any]
) -> None:
    box.put("d")
    for name in ("o", "o/x"):
        box.put(f"c/{name}", b"from c")
        box.put(f"d/{name}", b"from d")

    def cross(number: int, client: Client) -> int:
        paths = ("c/o", "d/o") if number % 2 else ("d/o", "c/o")
        found = {transfer(client, "COPY", *paths, **query).status for _ in range(10)}
        return found.pop() if len(found) == 1 else 0

    assert at_once(crowd, cross) == {201: CLIENTS}
    assert box.get("c/o").body == box.get("d/o").body


@pytest.mark.requirement("R140")
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("query", [{}, {"delimiter": "/"}])
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_who_meets_a_change_of_both_containers_in_another_order_comes_after_it(
    box: Client, verb: str, query: dict[str, Any]
) -> None:
    box.put("d")
    box.put("c/o", b"x")
    box.put("c/o/x", b"x")
    first, second = sorted(container_lock(ContainerPath(box.account, name)) for name in "cd")
    with (
        closing(connection.copy()) as other,
        other.cursor() as cursor,
        ThreadPoolExecutor(1) as pool,
    ):

        def waiting() -> int:
            cursor.execute(who_waits())
            return int(cursor.fetchone()[0])

        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_advisory_xact_lock(1, %s)", [second])
        others = waiting()
        answer = pool.submit(transfer, box, verb, "c/o", "d/o", **query)
        while waiting() == others:  # the lower one is taken, and this one is waited for
            assert not answer.done()
            time.sleep(0.01)
        cursor.execute("SELECT pg_advisory_xact_lock(1, %s)", [first])  # a circle
        cursor.execute("COMMIT")
        assert answer.result().status == 201
    assert box.head("d/o").status == 200
    assert box.head("c/o").status == (404 if verb == "MOVE" else 200)


@pytest.mark.requirement("R140")
def test_an_object_that_moves_to_and_fro_is_never_lost(box: Client, crowd: list[Client]) -> None:
    box.put("d")
    box.put("c/o", b"the one")
    uuid = box.head("c/o")["X-Object-UUID"]

    def toss(number: int, client: Client) -> int:
        paths = ("c/o", "d/o") if number % 2 else ("d/o", "c/o")
        statuses = {transfer(client, "MOVE", *paths).status for _ in range(15)}
        return 201 if statuses <= {201, 404} else max(statuses)

    assert at_once(crowd, toss) == {201: CLIENTS}
    (path,) = (path for path in ("c/o", "d/o") if box.get(path).status == 200)
    answer = box.get(path)
    assert (answer.body, answer["X-Object-UUID"]) == (b"the one", uuid)
    assert box.head()["X-Account-Bytes-Used"] == "7"
