"""Writers of one name, in an account with a quota, take turns and never wait in a circle."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import pytest

from accounts.models import User
from tests.api.client import Client

ROUNDS = 20


def put(client: Client) -> int:
    return client.put("c/o", b"data").status


def describe(client: Client) -> int:
    return client.post("c/o", headers={"X-Object-Meta-A": "1"}).status


def append(client: Client) -> int:
    headers = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
    return client.post("c/o", b"more", headers, update="").status


def copy(client: Client) -> int:
    return client.request("COPY", "c/source", None, {"Destination": "/c/o"}).status


def copy_folder(client: Client) -> int:
    headers = {"Destination": "/c/o"}
    return client.request("COPY", "c/source", None, headers, delimiter="/").status


def rename(client: Client) -> int:
    return client.request("MOVE", "c/o", None, {"Destination": "/c/o"}).status


@pytest.mark.requirement("R138", "R140")
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("other", [describe, append, copy, copy_folder, rename])
def test_nobody_waits_in_a_circle(box: Client, other: Callable[[Client], int]) -> None:
    assert User.objects.filter(account=box.account).update(quota=10**9) == 1
    for path in ("c/source", "c/source/x", "c/o"):
        assert box.put(path, b"some").status == 201
    clients = [Client(box.address, box.account, box.token) for _ in range(4)]

    def work(client: Client, act: Callable[[Client], int]) -> list[int]:
        return [act(client) for _ in range(ROUNDS)]

    with ThreadPoolExecutor(len(clients)) as pool:
        done = pool.map(work, clients, islice(cycle([put, other]), len(clients)))
        statuses = Counter(status for each in done for status in each)
    for client in clients:
        client.connection.close()
    assert set(statuses) <= {201, 202, 204}
