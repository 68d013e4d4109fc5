"""Django's door, for the pages and the admin pages, leads through ours."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.errors import LoginRefusedError
from accounts.logins import logins
from accounts.models import User


class PasswordBackend(BaseBackend):
    """Users with their password; wrong ones are counted."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """Return the user, None if name or password are wrong.

        Raises: ThrottledError.
        """
        if not username or not password:
            return None
        try:
            return logins.check_password(username, password)
        except LoginRefusedError:
            return None

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session: from the next request on nobody, if suspended."""
        return User.objects.filter(pk=user_id, is_active=True).first()
