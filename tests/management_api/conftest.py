import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from pytest_django import DjangoDbBlocker

from accounts.tokens.tokens import create_token
from accounts.users.users import create_user
from tests.api.client import Answer, Client
from tests.api.server import Server

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Manager:
    """A user at the management API; ``store`` is the same user at the object API."""

    store: Client

    @property
    def account(self) -> str:
        return self.store.account

    def ask(self, method: str, path: str, content: Any = None, /, **params: object) -> Answer:
        """Send a request for a resource. Parameters that are no texts are sent as JSON."""
        sent = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        url = f"/api/{quote(path)}" + (f"?{urlencode(sent)}" if sent else "")
        body = None if content is None else json.dumps(content).encode()
        headers = {"X-Auth-Token": self.store.token, **(JSON if body is not None else {})}
        return self.store.raw(method, url, body, headers)

    def get(self, path: str, /, **params: object) -> Any:
        return self._done(200, "GET", path, None, **params)

    def post(self, path: str, content: Any, /, **params: object) -> Any:
        return self._done(201, "POST", path, content, **params)

    def put(self, path: str, content: Any, /, **params: object) -> Any:
        return self._done(201, "PUT", path, content, **params)

    def patch(self, path: str, content: Any, /, **params: object) -> Any:
        return self._done(200, "PATCH", path, content, **params)

    def delete(self, path: str) -> None:
        assert self._done(200, "DELETE", path, None) is None

    def _done(self, status: int, *request: Any, **params: object) -> Any:
        answer = self.ask(*request, **params)
        assert answer.status == status, (answer.status, answer.body)
        return answer.json


def code(answer: Answer) -> tuple[int, str]:
    """The status and code of an error."""
    return answer.status, answer.json["error"]["code"]


@pytest.fixture
def new_manager(server: Server, committed: None) -> Iterator[Callable[..., Manager]]:
    """Make users of the management API."""
    made: list[Manager] = []

    def make(*, operator: bool = False) -> Manager:
        user = create_user(f"user-{token_hex(4)}", operator=operator)
        made.append(Manager(Client(server.address, user.account, create_token(user))))
        return made[-1]

    yield make
    for each in made:
        each.store.connection.close()


@pytest.fixture
def user(new_manager: Callable[..., Manager]) -> Manager:
    """Somebody who sees what is theirs."""
    return new_manager()


@pytest.fixture
def operator(new_manager: Callable[..., Manager]) -> Manager:
    """Somebody who sees everything."""
    return new_manager(operator=True)


@pytest.fixture
def committed(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test use the server's database itself."""
    with django_db_blocker.unblock():
        yield
