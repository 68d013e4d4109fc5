"""Suspended users: whom the store does not let in, and whose things others do not get."""

from django.db import transaction

from accounts.errors import UserSuspendedError
from accounts.models import User
from audit.services import record


def suspend(user: User) -> bool:
    """Let the user in no more, from the next request on; tokens and shares stay, and do nothing.

    Returns: whether the user was not suspended before.
    """
    return _set_active(user, active=False)


def resume(user: User) -> bool:
    """Let a suspended user in again; whatever tokens and shares there are work as before.

    Returns: whether the user was suspended.
    """
    return _set_active(user, active=True)


def require_resumed(user: User) -> None:
    """Make sure that a secret for the user would be of use. Raises: UserSuspendedError."""
    if not user.is_active:
        raise UserSuspendedError(user.account)


def record_suspension(user: User) -> None:
    """Tell the audit log that the user is suspended now, or resumed."""
    record("user.resume" if user.is_active else "user.suspend", account=user.account)


def _set_active(user: User, *, active: bool) -> bool:
    with transaction.atomic():
        changed = User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active)
        user.is_active = active
        if changed:
            record_suspension(user)
    return bool(changed)
