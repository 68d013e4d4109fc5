"""Counters of containers and accounts: exact at once, before and after they are folded."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from pithos_api.models import Container, UsageDelta
from pithos_api.services.upkeep.usage import fold_pending_usage
from tests.api.client import Client

pytestmark = pytest.mark.requirement("R41")


def usage(client: Client) -> tuple[int, int, str]:
    answer = client.head("c")
    count, size = answer["X-Container-Object-Count"], answer["X-Container-Bytes-Used"]
    return int(count), int(size), answer["X-Container-Object-Meta"]


def totals(client: Client) -> tuple[int, int]:
    answer = client.head()
    return int(answer["X-Account-Object-Count"]), int(answer["X-Account-Bytes-Used"])


def hue(*keys: str) -> dict[str, str]:
    return {f"X-Object-Meta-{key}": "1" for key in keys}


# What is done to the container, and what it holds then: objects, bytes, metadata keys.
STEPS = [
    (("PUT", "a", b"12345", hue("Hue")), (1, 5, "Hue")),
    (("PUT", "b", b"123", hue("Hue", "Age")), (2, 8, "Age,Hue")),
    (("PUT", "a", b"12", hue("Size")), (2, 5, "Age,Hue,Size")),
    (("PUT", "a", b"1234", hue("Size")), (2, 7, "Age,Hue,Size")),
    (("PUT", "empty", b"", {}), (3, 7, "Age,Hue,Size")),
    (("DELETE", "b", None, {}), (2, 4, "Size")),
    (("DELETE", "b", None, {}), (2, 4, "Size")),
    (("PUT", "b", b"1", {}), (3, 5, "Size")),
    (("PUT", "a", b"", {}), (3, 1, "")),
    (("DELETE", "a", None, {}), (2, 1, "")),
    (("DELETE", "b", None, {}), (1, 0, "")),
    (("DELETE", "empty", None, {}), (0, 0, "")),
]


@pytest.fixture
def unfolded(box: Client, committed: None) -> Iterator[None]:
    """Keep the server from folding: it waits for the lock that the test holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(2, 0)")
        yield


def pending(client: Client) -> int:
    """How many changes of the container are not folded yet."""
    container = Container.objects.get(account__account=client.account, name="c")
    return UsageDelta.objects.filter(container=container).count()


def walk(box: Client, *, fold: bool) -> None:
    for (method, name, body, headers), expected in STEPS:
        assert box.request(method, f"c/{name}", body, headers).status in {201, 204, 404}
        if fold:
            fold_pending_usage()
        assert usage(box) == expected
        assert totals(box) == expected[:2]


@pytest.mark.usefixtures("unfolded")
def test_they_are_exact_before_folding(box: Client) -> None:
    walk(box, fold=False)
    assert pending(box) == len(STEPS) - 1  # one deletion met nothing


@pytest.mark.usefixtures("committed")
def test_they_are_exact_after_folding(box: Client) -> None:
    walk(box, fold=True)
    assert pending(box) == 0


@pytest.mark.usefixtures("committed")
def test_the_container_keeps_what_was_folded(box: Client) -> None:
    box.put("c/a", b"12345", hue("Hue"))
    box.put("c/b", b"123", hue("Hue"))
    fold_pending_usage()
    row = Container.objects.get(account__account=box.account, name="c")
    assert (row.object_count, row.byte_count, row.meta_keys) == (2, 8, {"Hue": 2})
    box.delete("c/a")
    box.delete("c/b")
    fold_pending_usage()
    row.refresh_from_db()
    assert (row.object_count, row.byte_count, row.meta_keys) == (0, 0, {})


def test_a_refused_put_does_not_count(box: Client) -> None:
    box.put("c/o", b"12345")
    assert box.put("c/o", b"1", {"ETag": "0" * 32}).status == 422
    assert box.put("c/o", b"1", {"If-None-Match": "*"}).status == 412
    assert usage(box) == (1, 5, "")


def test_the_account_adds_up_its_containers(box: Client) -> None:
    box.put("d")
    for path, size in (("c/a", 1), ("c/b", 2), ("d/a", 4)):
        box.put(path, b"x" * size)
    assert totals(box) == (3, 7)
    assert box.head()["X-Account-Container-Count"] == "2"
    box.delete("d/a")
    box.delete("d")
    assert totals(box) == (2, 3)
    assert box.head()["X-Account-Container-Count"] == "1"
