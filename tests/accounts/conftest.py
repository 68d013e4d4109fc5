import pytest

from accounts import services
from tests.api.client import Client
from tests.api.conftest import api, box, committed, new_user, server

__all__ = ["api", "box", "committed", "new_user", "server"]

PASSWORD = "open sesame"


@pytest.fixture
def member(box: Client, committed: None) -> Client:
    """A user with a container ``c`` and a password."""
    user = services.find_user(box.account)
    user.set_password(PASSWORD)
    user.save()
    return box
