"""Requests that are released together end as if one had come after the other; nothing is 5xx.

PITHOS_RACE_ROUNDS: how many rounds of each class; ``make races`` makes two thousand.
"""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.api.client import Client
from tests.reliability.race_classes import CLASSES, CLIENTS, Arena
from tests.reliability.store import Store, check_usage, new_store

ROUNDS = int(os.environ.get("PITHOS_RACE_ROUNDS", "8"))

pytestmark = [pytest.mark.requirement("R140", "R141"), pytest.mark.timeout(120 + ROUNDS)]


@pytest.fixture(scope="module")
def racing() -> Iterator[Store]:
    """A store of these tests' own; in the end all of it is right."""
    with new_store() as store:
        yield store
        checked = store.manage("fsck", "--strict")
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "deadlock" not in store.errors()  # also where a client was not who noticed


@pytest.fixture(scope="module")
def stranger(racing: Store) -> str:
    """The token of another user."""
    assert racing.manage("create_user", "stranger").returncode == 0
    return racing.manage("create_token", "stranger").stdout.split()[-1]


@pytest.fixture
def crowd(racing: Store, stranger: str) -> tuple[list[Client], Client]:
    """Clients of the same user, and one of another; their connections are new."""
    other = Client(racing.address, "stranger", stranger)
    racing.clients.append(other)
    return [racing.client() for _ in range(CLIENTS)], other


@pytest.mark.parametrize("race", CLASSES, ids=lambda race: race.__name__)
def test_every_outcome_is_that_of_some_order(
    crowd: tuple[list[Client], Client], race: Callable[[Arena], None]
) -> None:
    arena = Arena(*crowd, box=race.__name__)
    assert arena.me.put(arena.box).status == 201
    with arena.pool:
        for _ in range(ROUNDS):
            arena.next_round()
            race(arena)
    listed = arena.me.get(arena.box, format="json", limit=10_000).json
    if len(listed) < 10_000:
        check_usage(arena.me, arena.box, [each["bytes"] for each in listed])
