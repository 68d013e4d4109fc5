"""Requests that are in each other's way: whole, in some order, and none fails for it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.client import Answer, Client
from tests.management_api.conftest import Manager


def at_once(user: Manager, *requests: tuple[str, str, object]) -> list[Answer]:
    """Send requests over connections of their own."""

    def send(request: tuple[str, str, object]) -> Answer:
        store = Client(user.store.address, user.account, user.store.token)
        answer = Manager(store).ask(*request)
        store.connection.close()
        return answer

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


@pytest.mark.requirement("M20", "M7")
def test_lists_that_meet_are_made_one_after_the_other(user: Manager) -> None:
    for turn in range(5):
        names = [{"name": f"{turn}.{number}"} for number in range(30)]
        answers = at_once(user, ("POST", "container", names), ("POST", "container", names[::-1]))
        assert sorted(answer.status for answer in answers) == [201, 400]
    assert len(user.get("container", depth=0)) == 5 * 30


@pytest.mark.requirement("M20")
def test_patches_of_one_object_all_succeed(user: Manager) -> None:
    place = user.post("container", {"name": "c"})["id"]
    patches = [("PATCH", f"container/{place}", {"quota": number}) for number in range(1, 9)]
    answers = at_once(user, *patches)
    assert [answer.status for answer in answers] == [200] * 8
    assert user.get(f"container/{place}")["quota"] in range(1, 9)


def test_of_two_who_make_a_user_one_does(operator: Manager) -> None:
    name = f"{operator.account}-new"
    content = {"username": name, "tokens": [{}], "containers": [{"name": "c"}]}
    answers = at_once(operator, *[("POST", "user", content)] * 4)
    assert sorted(answer.status for answer in answers) == [201, 400, 400, 400]
    assert len(operator.get(f"user/{name}")["tokens"]) == 1
