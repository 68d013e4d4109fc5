"""Who is told nothing by the reply is told nothing by the time that it takes."""

from collections.abc import Iterator
from time import process_time

import pytest
from django.contrib.auth.hashers import make_password

from accounts.errors import LoginRefusedError
from accounts.logins import logins
from accounts.models import User
from accounts.tokens import app_passwords
from accounts.users.users import create_user, find_user, set_password
from tests.passwords import USUAL, hashed_slowly

pytestmark = pytest.mark.django_db


@pytest.fixture
def slow_hashes() -> Iterator[None]:
    """Hash so slowly that it can be told from all else that a login does."""
    with hashed_slowly(USUAL // 4):
        yield


def work(name: str, key: str = "wrong") -> float:
    """Seconds of CPU until a login is refused: hashing takes by far the most of them."""
    began = process_time()
    with pytest.raises(LoginRefusedError):
        logins.log_in(name, key)
    return process_time() - began


def test_every_refusal_hashes_once(slow_hashes: None) -> None:
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


def test_a_hash_takes_long_where_nobody_tests() -> None:
    """As many rounds as OWASP advises for PBKDF2 with SHA-256 (Password Storage Cheat Sheet)."""
    with hashed_slowly():
        _, rounds, *_ = make_password("open sesame").split("$")
    assert int(rounds) == USUAL >= 600_000
