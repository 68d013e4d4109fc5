"""How slowly tests hash passwords: quickly, but where that is what a test is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password

# A hash takes a quarter of a second of a processor on purpose, and a run makes hundreds.
_FEW: Final = 1000
USUAL: Final = PBKDF2PasswordHasher.iterations


def hash_quickly() -> None:
    """Let this process, and those that it forks, make hashes of few rounds from now on."""
    PBKDF2PasswordHasher.iterations = _FEW


@contextmanager
def hashed_slowly(rounds: int = USUAL) -> Iterator[None]:
    """Hash with so many rounds in this process meanwhile. A hash is checked with its own."""
    PBKDF2PasswordHasher.iterations = rounds
    try:
        yield
    finally:
        hash_quickly()


def slow_hash(password: str) -> str:
    """Return a hash that takes a server long to check: half of what it usually takes."""
    with hashed_slowly(USUAL // 2):
        return make_password(password)
