from collections.abc import Callable, Iterator

import pytest

from tests.api.client import Client
from tests.api.conftest import api, box, committed, new_user
from tests.api.server import Serve, Server
from tests.hostile.attack import DATA, Place

__all__ = ["api", "box", "committed", "new_user"]


@pytest.fixture(scope="session")
def server(serve: Serve) -> Iterator[Server]:
    """One server for all attacks, as it is in production: without PITHOS_DEBUG."""
    with serve(PITHOS_DEBUG="0", PITHOS_ALLOWED_HOSTS="localhost,127.0.0.1,x") as running:
        yield running


@pytest.fixture
def place(box: Client, server: Server) -> Place:
    """A user with ``c/o`` to be attacked and ``canary/o`` to be let alone, and their server."""
    assert box.put("canary").status == 201
    for path in ("c/o", "canary/o"):
        assert box.put(path, DATA, {"Content-Type": "text/plain"}).status == 201
    return Place(box, server)


@pytest.fixture
def another(new_user: Callable[[], Client]) -> Iterator[Client]:
    """Somebody else, with the container ``secret`` and the object ``secret/o``."""
    client = new_user()
    assert client.put("secret").status == 201
    assert client.put("secret/o", b"belongs to another").status == 201
    yield client
    assert client.get("secret/o").body == b"belongs to another"
    assert client.names("secret") == ["o"]
