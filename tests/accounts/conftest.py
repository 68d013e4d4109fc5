import json
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import AppPassword, Token, User
from tests.api.client import Answer, Client
from tests.api.conftest import api, box, committed, new_user

__all__ = ["api", "box", "committed", "new_user"]

PASSWORD = "open sesame"

Json = dict[str, Any]


@cache
def hashed_password() -> str:
    """``PASSWORD`` as it is kept."""
    return make_password(PASSWORD)


@pytest.fixture
def no_secrets(db: None) -> None:
    """Take away, for this test, what tests with a server have left in the database."""
    for model in (Token, AppPassword):
        model._default_manager.all().delete()


@pytest.fixture
def member(box: Client, committed: None) -> Client:
    """A user with a container ``c`` and a password."""
    User.objects.filter(account=box.account).update(password=hashed_password())
    return box


@pytest.fixture
def operator(new_user: Any, committed: None) -> Client:
    client: Client = new_user()
    User.objects.filter(account=client.account).update(is_operator=True)
    return client


def ask(client: Client, method: str, url: str, body: Any = None, **headers: str) -> Answer:
    """Send JSON, without a token of the client's. ``X_Auth_Token`` is a header's name."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if body is None or isinstance(body, str | bytes) else json.dumps(body)
    return client.raw(method, url, data, sent | {"Content-Type": "application/json"})


def told(answer: Answer) -> Any:
    """The JSON of an answer."""
    assert answer["Content-Type"] == "application/json"
    return json.loads(answer.body)
