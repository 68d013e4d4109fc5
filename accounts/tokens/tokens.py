"""Tokens: made, found, listed, revoked."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.errors import InvalidScopeError, TokenNotFoundError
from accounts.models import AppPassword, Token, User
from accounts.tokens.credentials import Scope
from audit.services import record

TOKEN_BITS = 256


# Tokens with a scope begin so: they are looked up before the statement that they guard, which
# alone would not know what they reach. All others are spared the look-up.
SCOPED = "scoped-"


def create_token(
    user: User,
    *,
    expires: datetime | None = None,
    label: str = "",
    scope: Scope = Scope(),
    app_password: AppPassword | None = None,
) -> str:
    """Return a new token of 256 random bits for the user. It cannot be shown again.

    expires: aware time after which it is refused; None is never.
    app_password: the one that it is got with; revoking that ends the token.

    Raises: InvalidScopeError.
    """
    return _keep(user, scope, expires=expires, label=label, app_password=app_password)


def create_login_token(
    user: User,
    *,
    expires: datetime,
    scope: Scope = Scope(),
    app_password: AppPassword | None = None,
) -> str:
    """Return a new token as ``create_token`` does; it is forgotten when it has ended."""
    return _keep(
        user, scope, expires=expires, label="login", app_password=app_password, by_login=True
    )


def create_session_token(user: User, session: str, *, expires: datetime) -> str:
    """Return a new token as ``create_login_token`` does, which ends with a session of the pages.

    session: its key; the caller holds its row.
    """
    return _keep(user, Scope(), expires=expires, label="page", by_login=True, session=session)


def _keep(user: User, scope: Scope, **columns: Any) -> str:
    """Make a token with these columns. Raises: InvalidScopeError."""
    check_scope(scope)
    limits = scope.as_json()
    token = ("" if limits is None else SCOPED) + new_secret()
    with transaction.atomic():
        Token.objects.create(digest=token_digest(token), user=user, scope=limits, **columns)
        record("token.create", account=user.account, target=shown_digest(token), details=limits)
    return token


def new_secret() -> str:
    """Return the text of a token, 256 random bits. No command takes it for an option."""
    while (text := secrets.token_urlsafe(TOKEN_BITS // 8)).startswith("-"):
        pass
    return text


def check_scope(scope: Scope) -> None:
    """Make sure that a scope can be kept.

    Raises: InvalidScopeError: a prefix without its container, or no name of a container.
    """
    if scope.prefix and not scope.container:
        raise InvalidScopeError("has a prefix without a container")
    if "/" in scope.container:
        raise InvalidScopeError(f"has no container name: {scope.container!r}")


def revoke_token(token: str) -> None:
    """Make a token fail from the next request on.

    Raises: TokenNotFoundError.
    """
    with transaction.atomic():
        found = Token.objects.filter(digest=token_digest(token), revoked=None)
        account = found.values_list("user__account", flat=True).first()
        if not found.update(revoked=Now()):
            raise TokenNotFoundError
        record("token.revoke", account=str(account), target=shown_digest(token))


def revoke_all_tokens(user: User) -> int:
    """Make every token of a user fail from the next request on; return how many there were."""
    with transaction.atomic():
        count = Token.objects.filter(user=user, revoked=None).update(revoked=Now())
        record("token.revoke_all", account=user.account, details={"tokens": count})
    return count


def revoke_token_of(user: User, digest: bytes) -> None:
    """Make a token of the user's fail from the next request on.

    digest: what is stored of it.

    Raises: TokenNotFoundError.
    """
    with transaction.atomic():
        found = Token.objects.filter(user=user, digest=digest, revoked=None)
        if not found.update(revoked=Now()):
            raise TokenNotFoundError
        record("token.revoke", account=user.account, target=digest.hex()[:8])


def list_tokens(user: User, *, by_login: bool = False) -> QuerySet[Token]:
    """Return the user's tokens that are valid, the newest first.

    by_login: those that logins have made, instead of those that were made by hand. Those of
    pages are in no list: they go with their session.
    """
    return _valid(user).filter(by_login=by_login, session="").order_by("-created")


def find_token(user: User, shown: str) -> Token:
    """Return the user's valid token that is spoken of so (``shown_digest``).

    Raises: TokenNotFoundError.
    """
    for token in _valid(user):
        if token.digest.hex()[:8] == shown:
            return token
    raise TokenNotFoundError


def _valid(user: User) -> QuerySet[Token]:
    valid = Q(expires=None) | Q(expires__gt=Now())
    return Token.objects.filter(valid, user=user, revoked=None)


def note_use(digest: bytes) -> None:
    """Write down that a token is in use. Callers ask at most once an hour for each token."""
    Token.objects.filter(digest=digest).update(last_used=Now())


def shown_digest(token: str) -> str:
    """Return how a token is spoken of: the first eight digits of its digest."""
    return token_digest(token).hex()[:8]


def token_digest(token: str) -> bytes:
    """Return what is stored of a token: its SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode()).digest()
