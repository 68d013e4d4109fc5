from collections.abc import Iterator

import pytest
from pithos_client import Container, Driver, connect
from pithos_client.connection import Patience

from tests.api.client import Client
from tests.api.conftest import api, committed, new_user
from tests.pithos_client.proxy import Proxy

__all__ = ["api", "committed", "new_user"]


@pytest.fixture
def driver(api: Client) -> Iterator[Driver]:
    """The library, for a user with an empty account."""
    host, port = api.address
    quick = Patience(retries=2, timeout_seconds=20, first_pause_seconds=0.01)
    found = connect(f"http://{host}:{port}/v1", api.account, api.token, quick)
    yield found
    found.connection.close()


@pytest.fixture
def box(driver: Driver) -> Container:
    """The empty container ``c``."""
    return driver.create_container("c")


@pytest.fixture
def proxied(api: Client) -> Iterator[tuple[Proxy, Driver]]:
    """The library with a proxy between it and the store."""
    with Proxy(api.address) as proxy:
        quick = Patience(retries=3, timeout_seconds=20, first_pause_seconds=0.01)
        host, port = proxy.address
        driver = connect(f"http://{host}:{port}", api.account, api.token, quick)
        yield proxy, driver
        driver.connection.close()
