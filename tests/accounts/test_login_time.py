"""Who is told nothing by the reply is told nothing by the time that it takes."""

from time import process_time

import pytest

from accounts.errors import LoginRefusedError
from accounts.logins import logins
from accounts.models import User
from accounts.tokens import app_passwords
from accounts.users.users import create_user, find_user, set_password

pytestmark = pytest.mark.django_db


def work(name: str, key: str = "wrong") -> float:
    """Seconds of CPU until a login is refused: hashing takes by far the most of them."""
    began = process_time()
    with pytest.raises(LoginRefusedError):
        logins.log_in(name, key)
    return process_time() - began


def test_every_refusal_hashes_once() -> None:
    for name in ("alice", "eve", "bob"):
        create_user(name)
    for name in ("alice", "eve"):
        set_password(find_user(name), "open sesame")
    User.objects.filter(account="eve").update(is_active=False)
    app = app_passwords.create_app_password(find_user("bob"))
    usual = work("alice")
    cases = [("nobody", "x"), ("eve", "open sesame"), ("bob", "x"), ("alice", app), ("a:b", "x")]
    for name, key in cases:
        assert 0.5 < work(name, key) / usual < 2, name
