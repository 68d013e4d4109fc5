from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex

import pytest
from pytest_django import DjangoDbBlocker

from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from tests.api.client import Client
from tests.api.server import Server


@contextmanager
def new_users(server: Server, blocker: DjangoDbBlocker) -> Iterator[Callable[[], Client]]:
    """Make users, each with an account of their own; their connections end with this."""
    made: list[Client] = []

    def make() -> Client:
        with blocker.unblock():
            user = create_user(f"user-{token_hex(8)}")
            made.append(Client(server.address, user.account, create_token(user)))
        return made[-1]

    yield make
    for client in made:
        client.connection.close()


@pytest.fixture
def new_user(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[], Client]]:
    """Make users, so that no test meets another's data."""
    with new_users(server, django_db_blocker) as make:
        yield make


@pytest.fixture
def api(new_user: Callable[[], Client]) -> Client:
    """A user with an empty account."""
    return new_user()


@pytest.fixture
def box(api: Client) -> Client:
    """A user with the empty container ``c``."""
    assert api.put("c").status == 201
    return api


@pytest.fixture
def committed(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test use the server's database itself: what either writes, the other sees."""
    with django_db_blocker.unblock():
        yield
