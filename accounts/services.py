"""Users and their tokens."""

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.errors import (
    AccountExistsError,
    AccountNotFoundError,
    InvalidAccountError,
    InvalidScopeError,
    TokenNotFoundError,
)
from accounts.models import AppPassword, Token, User
from accounts.tokens.credentials import Scope
from audit.services import record

TOKEN_BITS = 256
MAX_ACCOUNT_BYTES = 256

# Tokens with a scope begin so: they are looked up before the statement that they guard, which
# alone would not know what they reach. All others are spared the look-up.
SCOPED = "scoped-"


def create_user(account: str, *, operator: bool = False, quota: int | None = None) -> User:
    """Create a user and thereby an account; the name is lower-cased.

    quota: bytes, 0 is unlimited, None takes PITHOS_DEFAULT_QUOTA.

    Raises:
        InvalidAccountError: the name is empty, longer than 256 bytes of UTF-8, has a slash, a
            comma, a colon, ``*``, a blank or a control character, or begins with ``AUTH_``.
        AccountExistsError.
    """
    name = account.lower()
    check_name(name)
    user = User(account=name, is_operator=operator, quota=quota)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
            record("user.create", account=name, details={"operator": operator, "quota": quota})
    except IntegrityError as error:
        raise AccountExistsError(name) from error
    return user


def check_name(name: str) -> None:
    """Make sure that an account may be called so; ``name`` is in lower case.

    Raises: InvalidAccountError.
    """
    if not name or len(name.encode()) > MAX_ACCOUNT_BYTES:
        raise InvalidAccountError(name, f"must have 1 to {MAX_ACCOUNT_BYTES} bytes")
    # These mean something in URLs, sharing headers and group references.
    if any(not char.isprintable() or char in "/,:;*= " for char in name):
        raise InvalidAccountError(name, "may not have blanks, control characters or /,:;*=")
    # The prefix selects Swift's dialect in URLs.
    if name.startswith("auth_") or name in {".", ".."}:
        raise InvalidAccountError(name, "may not be a dot name or begin with AUTH_")


def find_user(account: str) -> User:
    """Return the user of an account.

    Raises: AccountNotFoundError.
    """
    try:
        return User.objects.get(account=account.lower())
    except User.DoesNotExist as error:
        raise AccountNotFoundError(account) from error


def set_password(user: User, password: str) -> None:
    """Give the user another password. It ends the sessions of the pages; tokens stay.

    Callers check it by AUTH_PASSWORD_VALIDATORS before.
    """
    user.set_password(password)
    user.save(update_fields=["password"])


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
    check_scope(scope)
    limits = scope.as_json()
    token = ("" if limits is None else SCOPED) + _random_text()
    with transaction.atomic():
        Token.objects.create(
            digest=token_digest(token),
            user=user,
            expires=expires,
            label=label,
            scope=limits,
            app_password=app_password,
        )
        record("token.create", account=user.account, target=shown_digest(token), details=limits)
    return token


def _random_text() -> str:
    """Return random text that no command takes for an option."""
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


def list_tokens(user: User) -> QuerySet[Token]:
    """Return the user's tokens that are valid, the newest first."""
    valid = Q(expires=None) | Q(expires__gt=Now())
    return Token.objects.filter(valid, user=user, revoked=None).order_by("-created")


def find_token(user: User, shown: str) -> Token:
    """Return the user's valid token that is spoken of so (``shown_digest``).

    Raises: TokenNotFoundError.
    """
    for token in list_tokens(user):
        if token.digest.hex()[:8] == shown:
            return token
    raise TokenNotFoundError


def note_use(digest: bytes) -> None:
    """Write down that a token is in use. Callers ask at most once an hour for each token."""
    Token.objects.filter(digest=digest).update(last_used=Now())


def shown_digest(token: str) -> str:
    """Return how a token is spoken of: the first eight digits of its digest."""
    return token_digest(token).hex()[:8]


def token_digest(token: str) -> bytes:
    """Return what is stored of a token: its SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


def provision_static_accounts() -> None:
    """Create the users that PITHOS_STATIC_TOKENS names and that are not there yet.

    Raises: InvalidAccountError.
    """
    for account in settings.PITHOS_STATIC_TOKENS.values():
        if not User.objects.filter(account=account).exists():
            create_user(account)


def first_user() -> tuple[str, str] | None:
    """Create the user ``demo`` where there is no user at all.

    Returns: its account and token; None if there are users already.
    """
    if User.objects.exists():
        return None
    user = create_user("demo")
    return user.account, create_token(user, label="first start")
