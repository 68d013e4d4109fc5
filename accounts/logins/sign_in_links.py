"""A link that signs a user in to the pages once: for the first user, who has no password yet."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models.functions import Now

from accounts.errors import LoginRefusedError
from accounts.models import User


class _Keys(PasswordResetTokenGenerator):
    """Keys that are good for PASSWORD_RESET_TIMEOUT, until the user's next login or password."""

    key_salt = "accounts.logins.sign_in_links"


def make_key(user: User) -> str:
    """Return what signs the user in, once and not for long. Whoever has it needs nothing else."""
    return _Keys().make_token(user)


def use_key(account: str, key: str) -> User:
    """Return the user whose key it is; from now on it is nobody's.

    Raises: LoginRefusedError: it was used, it is too old, or it never was one.
    """
    with transaction.atomic():
        users = User.objects.select_for_update().filter(account=account, is_active=True)
        user = users.first()
        if user is None or not _Keys().check_token(user, key):
            raise LoginRefusedError
        users.update(last_login=Now())
    return user
