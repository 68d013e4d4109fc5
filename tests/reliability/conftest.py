from collections.abc import Iterator
from secrets import token_hex

import pytest

from tests.reliability.store import Store, new_store


@pytest.fixture(scope="session")
def only_store() -> Iterator[Store]:
    """One store for all these tests: starting another takes longer than most of them."""
    with new_store() as store:
        yield store


@pytest.fixture
def store(only_store: Store) -> Store:
    """The store, running as usual, in whatever state the test before has left it."""
    if only_store.process.poll() is not None or only_store.env["CRASH_AT"]:
        only_store.kill()
        only_store.restart(CRASH_AT="")
    return only_store


@pytest.fixture
def box(store: Store) -> str:
    """A new empty container."""
    name = f"box-{token_hex(4)}"
    assert store.client().put(name).status == 201
    return name
