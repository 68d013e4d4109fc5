from secrets import token_hex

import pytest
from django.test import Client

from accounts.models import User
from accounts.users.users import create_user
from tests.api.conftest import api, box, committed, new_user

__all__ = ["api", "box", "committed", "new_user"]


@pytest.fixture
def operator(db: None) -> User:
    return create_user(f"operator-{token_hex(4)}", operator=True)


@pytest.fixture
def browser(client: Client, operator: User) -> Client:
    """A browser where an operator is signed in."""
    client.force_login(operator)
    return client


@pytest.fixture
def user(db: None) -> User:
    """Somebody with an account, who is no operator."""
    return create_user(f"user-{token_hex(4)}")


@pytest.fixture
def operating(committed: None) -> Client:
    """A browser where an operator is signed in, in the database of the tests' server."""
    browser = Client()
    browser.force_login(create_user(f"operator-{token_hex(4)}", operator=True))
    return browser
