from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.tokens.credentials import Credentials
from management_api.engine.actors import Actor
from management_api.engine.basic import Basic, Captured
from tests.management_api.engine.kitchen import ENGINE, MODELS

COOK = Actor("cook", 1, operator=True, credentials=Credentials.of_anybody())
GUEST = Actor("", 2, operator=False, credentials=Credentials.of_anybody())


@dataclass
class Kitchen:
    """Whoever asks, by the calls that raise nothing; parameters are given as values."""

    actor: Actor = COOK
    basic: Basic = field(default_factory=lambda: Basic(ENGINE))

    def get(self, name: str, key: object = None, **params: Any) -> Any:
        answer = self.ask(name, key, **params)
        assert answer.status == 200, answer
        return answer.data

    def ask(self, name: str, key: object = None, **params: Any) -> Captured:
        sent = {
            each: value if isinstance(value, str) else orjson.dumps(value).decode()
            for each, value in params.items()
        }
        return self.basic.get(self.actor, name, None if key is None else str(key), sent)

    def post(self, name: str, content: Any, **params: str) -> Any:
        answer = self.basic.post(self.actor, name, content, params)
        assert answer.status == 201, answer
        return answer.data

    def put(self, name: str, key: object, content: Any) -> Any:
        answer = self.basic.put(self.actor, name, str(key), content)
        assert answer.status == 201, answer
        return answer.data

    def patch(self, name: str, key: object, content: Any) -> Any:
        answer = self.basic.patch(self.actor, name, str(key), content)
        assert answer.status == 200, answer
        return answer.data

    def delete(self, name: str, key: object) -> None:
        answer = self.basic.delete(self.actor, name, str(key))
        assert (answer.data, answer.status) == (None, 200)

    def everything(self) -> list[Any]:
        names = ("jar", "cookie", "male", "female", "child")
        return [self.get(name, depth=2) for name in names]


@pytest.fixture(scope="session")
def tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tables of the kitchen, which no migration makes."""
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            for model in MODELS:
                editor.create_model(model)
        yield
        with connection.schema_editor() as editor:
            for model in reversed(MODELS):
                editor.delete_model(model)


@pytest.fixture
def kitchen(tables: None, db: None) -> Kitchen:
    """A cook, who may do everything, in a kitchen where there is nothing yet."""
    return Kitchen()


@pytest.fixture
def guest(kitchen: Kitchen) -> Kitchen:
    """Somebody who sees what is theirs, in the same kitchen."""
    return Kitchen(GUEST)


def code(answer: Captured) -> tuple[int, str]:
    """The status and code of an error."""
    data: Any = answer.data
    return answer.status, data["error"]["code"]
