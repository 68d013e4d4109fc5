from collections.abc import Callable, Iterator
from secrets import token_hex

import pytest
from pytest_django import DjangoDbBlocker

from accounts import services as accounts
from tests.api.client import Client
from tests.api.server import Server, database_url

# Small blocks, so that small objects span several; a test that needs the usual size serves itself.
BLOCK_SIZE = 64 * 1024


@pytest.fixture(scope="session")
def server(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """One server for all tests, on the tests' own database."""
    with django_db_blocker.unblock():
        url = database_url()
    running = Server(
        tmp_path_factory.mktemp("serve"),
        DATABASE_URL=url,
        PITHOS_BLOCK_SIZE=str(BLOCK_SIZE),
        PITHOS_DEBUG="1",
        PITHOS_SCRUB_RATE="0",
        PITHOS_MAX_GUESSES="0",  # all tests come from one address
    )
    yield running
    running.stop()


@pytest.fixture
def new_user(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[], Client]]:
    """Make users, each with an account of their own, so that no test meets another's data."""
    made: list[Client] = []

    def make() -> Client:
        with django_db_blocker.unblock():
            user = accounts.create_user(f"user-{token_hex(4)}")
            made.append(Client(server.address, user.account, accounts.create_token(user)))
        return made[-1]

    yield make
    for client in made:
        client.connection.close()


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
