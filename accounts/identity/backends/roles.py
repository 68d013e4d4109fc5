"""What the roles of OpenStack mean here."""

from django.conf import settings

from accounts.errors import OutOfScopeError
from accounts.tokens.credentials import Scope


def is_reseller(roles: tuple[str, ...]) -> bool:
    """Return whether one of the roles acts in every account (PITHOS_RESELLER_ROLES)."""
    return bool(_lowered(roles) & set(settings.PITHOS_RESELLER_ROLES))


def scope_of(roles: tuple[str, ...]) -> Scope | None:
    """Return to what the roles limit somebody in their project; None is nothing.

    Raises: OutOfScopeError: none of them is for this store.
    """
    names = _lowered(roles)
    if names & {*settings.PITHOS_MEMBER_ROLES, *settings.PITHOS_RESELLER_ROLES}:
        return None
    if names & set(settings.PITHOS_READER_ROLES):
        return Scope(read_only=True)
    raise OutOfScopeError


def _lowered(roles: tuple[str, ...]) -> set[str]:
    return {role.lower() for role in roles}
