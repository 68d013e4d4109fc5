from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts import identity
from accounts.models import User
from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from pithos_api.http.handler import application
from tests.identity.provider import Provider

Configure = Callable[..., None]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Store:
    """The object API in this process, so that each test has a chain of its own."""

    def __init__(self) -> None:
        newest = User.objects.order_by("-id").first()
        self._newest = newest.id if newest else 0

    @property
    def users(self) -> QuerySet[User]:
        """Who was made in this test; others are left by tests of a server."""
        return User.objects.filter(id__gt=self._newest)

    def ask(
        self,
        token: str,
        path: str = "/v1/nobody",
        method: str = "HEAD",
        peer: str = "127.0.0.1",
        **more: str,
    ) -> Answer:
        """Send a request with a token; ``more`` are headers as WSGI names them, without HTTP_."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": peer,
            "CONTENT_LENGTH": "0",
            "wsgi.input": BytesIO(),
            "wsgi.url_scheme": "http",
            **{f"HTTP_{name}": value for name, value in more.items()},
        }
        if token:
            environ["HTTP_X_AUTH_TOKEN"] = token
        started: list[Any] = []
        body = b"".join(application(environ, lambda *said: started.extend(said)))
        return Answer(int(started[0].split()[0]), dict(started[1]), body)

    def whose(self, token: str, **more: str) -> User | None:
        """The user in whose account the token reads as the owner, None if it is refused."""
        for user in self.users.order_by("-id"):
            if self.ask(token, f"/v1/{user.account}", **more).status == 204:
                return user
        return None


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider()
    yield running
    running.stop()


@pytest.fixture
def configure(settings: Any, provider: Provider) -> Iterator[Configure]:
    """Set the backends up, all of them leading to the test provider."""

    def change(*backends: str, **more: Any) -> None:
        wanted = {
            **provider.settings(),
            **more,
            "PITHOS_IDENTITY": ["static", "database", *backends],
        }
        for name, value in wanted.items():
            setattr(settings, name, value)

    yield change
    identity.current.cache_clear()


@pytest.fixture
def store(db: None) -> Store:
    return Store()


@pytest.fixture
def local(store: Store) -> tuple[User, str]:
    """A user of the database, and a token."""
    user = create_user("local")
    return user, create_token(user)
