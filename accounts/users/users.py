"""Users: made, found, given a password."""

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.errors import (
    AccountExistsError,
    AccountNotFoundError,
    InvalidAccountError,
    InvalidQuotaError,
)
from accounts.models import User
from accounts.tokens.tokens import create_token
from audit.services import record
from web.names import lowered
from web.numbers import LARGEST_SIZE

MAX_ACCOUNT_BYTES = 256


def create_user(account: str, *, operator: bool = False, quota: int | None = None) -> User:
    """Create a user and thereby an account; the name is lower-cased.

    quota: bytes, 0 is unlimited, None takes PITHOS_DEFAULT_QUOTA.

    Raises:
        InvalidAccountError: the name is empty, longer than 256 bytes of UTF-8, has a slash, a
            comma, a colon, ``*``, a blank or a control character, or begins with ``AUTH_``.
        AccountExistsError, InvalidQuotaError.
    """
    name = lowered(account)
    check_name(name)
    check_quota(quota)
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


def check_quota(quota: int | None) -> None:
    """Make sure that a quota is a size, or None for the default.

    Raises: InvalidQuotaError.
    """
    if quota is not None and not 0 <= quota <= LARGEST_SIZE:
        raise InvalidQuotaError(quota)


def find_user(account: str) -> User:
    """Return the user of an account.

    Raises: AccountNotFoundError.
    """
    try:
        return User.objects.get(account=lowered(account))
    except User.DoesNotExist as error:
        raise AccountNotFoundError(account) from error


def set_quota(user: User, quota: int | None) -> None:
    """Give the user another quota: bytes, 0 is unlimited, None takes PITHOS_DEFAULT_QUOTA.

    Raises: InvalidQuotaError.
    """
    check_quota(quota)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        change = {"before": locked.quota, "after": quota}
        locked.quota = quota
        locked.save(update_fields=["quota"])
        record("quota.change", account=user.account, details=change)
    user.quota = quota


def set_password(user: User, password: str) -> None:
    """Give the user another password. It ends the sessions of the pages; tokens stay.

    Callers check it by AUTH_PASSWORD_VALIDATORS before.
    """
    user.set_password(password)
    user.save(update_fields=["password"])


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
