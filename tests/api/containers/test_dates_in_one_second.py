"""A date has whole seconds: it names no state of a container or account that had two in one."""

import time
from collections.abc import Callable, Iterator

import pytest
from pytest_django import DjangoDbBlocker

from pithos_api.services.upkeep.usage import fold_pending_usage as fold
from tests.api.client import Answer, Client
from tests.api.conftest import new_users
from tests.api.server import Server
from tests.swift.client import in_swift

Change = Callable[[Client], Answer]


def put_object(client: Client) -> Answer:
    return client.put("c/new", b"new")


def overwrite_object(client: Client) -> Answer:
    return client.put("c/o", b"new")


def delete_object(client: Client) -> Answer:
    return client.delete("c/o")


def describe_object(client: Client) -> Answer:
    return client.post("c/o", None, {"X-Object-Meta-A": "b"})


def describe_container(client: Client) -> Answer:
    return client.post("c", None, {"X-Container-Meta-A": "b"})


def make_container(client: Client) -> Answer:
    return client.put("e")


def delete_container(client: Client) -> Answer:
    return client.delete("d")


def describe_account(client: Client) -> Answer:
    return client.post("", None, {"X-Account-Meta-A": "b"})


OF_CONTAINERS = [
    put_object,
    overwrite_object,
    delete_object,
    describe_object,
    describe_container,
]
OF_ACCOUNTS = [*OF_CONTAINERS, make_container, delete_container, describe_account]


def next_second() -> None:
    time.sleep(-time.time() % 1)


def date_of(client: Client, path: str) -> str:
    return client.head(path)["Last-Modified"]


@pytest.fixture(scope="module")
def aged(
    request: pytest.FixtureRequest, server: Server, django_db_blocker: DjangoDbBlocker
) -> Iterator[list[Client]]:
    """An account for each test, all of earlier seconds: they wait for the next one together."""
    here = [each for each in request.session.items if each.path == request.path]
    with new_users(server, django_db_blocker) as new_user:
        made = [new_user() for each in here if "old" in getattr(each, "fixturenames", ())]
        for client in made:
            client.put("c")
            client.put("c/o", b"first")
            client.put("d")
            client.post("", None, {"X-Account-Meta-Z": "z"})
        next_second()
        yield made


@pytest.fixture
def old(aged: list[Client]) -> Client:
    """``c`` with ``o``, and the empty ``d``, all of earlier seconds."""
    return aged.pop()


def changed_twice(client: Client, path: str, first: Change, second: Change) -> str:
    """Make both changes within one second; the date of both states."""
    for _ in range(10):
        assert first(client).status < 300
        date = date_of(client, path)
        assert second(client).status < 300
        if date_of(client, path) == date:
            return date
        for each in ("c/new", "e"):
            client.delete(each)
        client.put("d")
        client.put("c/o", b"again")
        next_second()
    raise AssertionError("the machine is too slow")


def again(client: Client) -> Answer:
    """A first change that is one of everything."""
    return client.put("c/first", b"1")


def check(client: Client, path: str, date: str) -> None:
    for each in (client, in_swift(client)):
        for method in ("HEAD", "GET"):
            fresh = each.request(method, path, None, {"If-Modified-Since": date})
            assert fresh.status in {200, 204}
            assert each.request(method, path, None, {"If-Unmodified-Since": date}).status == 412


@pytest.mark.requirement("R15")
@pytest.mark.parametrize("change", OF_CONTAINERS)
def test_no_state_of_a_container_is_taken_for_another(
    old: Client, committed: None, change: Change
) -> None:
    date = changed_twice(old, "c", again, change)
    check(old, "c", date)
    fold()
    check(old, "c", date)


@pytest.mark.requirement("R15")
@pytest.mark.parametrize("change", OF_ACCOUNTS)
def test_nor_one_of_an_account(old: Client, committed: None, change: Change) -> None:
    date = changed_twice(old, "", again, change)
    check(old, "", date)
    fold()
    check(old, "", date)


@pytest.mark.requirement("R15")
@pytest.mark.parametrize("change", OF_ACCOUNTS)
def test_a_state_that_was_alone_is_named_by_its_date(
    old: Client, committed: None, change: Change
) -> None:
    assert change(old).status < 300
    paths = ["", "c"] if change in OF_CONTAINERS else [""]
    for path in [*paths, *(["e"] if change is make_container else [])]:
        date = date_of(old, path)
        for client in (old, in_swift(old)):
            assert client.head(path, {"If-Modified-Since": date}).status == 304
            assert client.get(path, {"If-Modified-Since": date}).status == 304
            assert client.head(path, {"If-Unmodified-Since": date}).status == 204
            fold()


@pytest.mark.requirement("R15")
def test_changes_that_are_folded_apart(old: Client, committed: None) -> None:
    """The second change comes when the first is in the container's row."""

    def folded(client: Client) -> Answer:
        fold()
        return put_object(client)

    date = changed_twice(old, "c", again, folded)
    check(old, "c", date)
    fold()
    check(old, "c", date)


@pytest.mark.requirement("R15")
def test_a_container_that_is_made_again_is_not_taken_for_the_one_before(old: Client) -> None:
    def made_again(client: Client) -> Answer:
        assert client.delete("e").status == 204
        return client.put("e")

    check(old, "e", changed_twice(old, "e", make_container, made_again))


def test_a_container_is_not_deleted_by_such_a_date(box: Client) -> None:
    for _ in range(10):
        next_second()
        box.put("c/o", b"1")
        box.delete("c/o")
        date = date_of(box, "c")
        box.post("c", None, {"X-Container-Meta-A": "b"})
        if date_of(box, "c") == date:
            break
    assert box.delete("c", {"If-Unmodified-Since": date}).status == 412
    next_second()
    box.post("c", None, {"X-Container-Meta-A": "c"})
    assert box.delete("c", {"If-Unmodified-Since": date_of(box, "c")}).status == 204
