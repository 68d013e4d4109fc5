"""Secrets that log in instead of a password: listed, limited, revoked one by one."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.errors import AppPasswordNotFoundError
from accounts.models import AppPassword, Token, User
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import TOKEN_BITS, check_scope, token_digest
from audit.services import record
from observability.addresses import Address

PREFIX = "app-"


def create_app_password(
    user: User, *, label: str = "", scope: Scope = Scope(), expires: datetime | None = None
) -> str:
    """Return a new secret of 256 random bits, which logs the user in. It cannot be shown again.

    scope: of the tokens that it gets. expires: aware time after which it gets none.

    Raises: InvalidScopeError.
    """
    check_scope(scope)
    secret = PREFIX + secrets.token_urlsafe(TOKEN_BITS // 8)
    with transaction.atomic():
        made = AppPassword.objects.create(
            digest=token_digest(secret),
            user=user,
            label=label,
            scope=scope.as_json(),
            expires=expires,
        )
        record("app_password.create", account=user.account, target=f"{made.pk} {label}".strip())
    return secret


def list_app_passwords(user: User) -> QuerySet[AppPassword]:
    """Return those that still log in, oldest first."""
    return _valid().filter(user=user).order_by("id")


def find_app_password(user: User, secret: str, address: Address | None) -> AppPassword | None:
    """Return the user's app password that ``secret`` is, and note its use; None if it is none.

    address: the client's; a scope may not admit it.
    """
    if not secret.startswith(PREFIX):
        return None
    found = _valid().filter(user=user, digest=token_digest(secret)).first()
    if found is None or not scope_of(found).admits(address):
        return None
    AppPassword.objects.filter(pk=found.pk).update(last_used=Now())
    return found


def revoke_app_password(user: User, number: int) -> None:
    """Make an app password, and every token that was got with it, fail from now on.

    Raises: AppPasswordNotFoundError.
    """
    with transaction.atomic():
        if not list_app_passwords(user).filter(pk=number).update(revoked=Now()):
            raise AppPasswordNotFoundError(user.account, number)
        Token.objects.filter(app_password_id=number, revoked=None).update(revoked=Now())
        record("app_password.revoke", account=user.account, target=str(number))


def scope_of(app_password: AppPassword) -> Scope:
    """Return to what an app password is limited."""
    return Scope.from_json(app_password.scope or {})


def _valid() -> QuerySet[AppPassword]:
    return AppPassword.objects.filter(Q(expires=None) | Q(expires__gt=Now()), revoked=None)
