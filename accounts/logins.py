"""The one door for whoever has no token yet: a key for a token."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from accounts.errors import LoginRefusedError
from accounts.models import Token, User
from accounts.services import create_token, token_digest

LOGIN_LIFETIME = timedelta(days=1)
MAX_PASSWORD = 1024


@dataclass(frozen=True, slots=True)
class Login:
    """What a user gets.

    token: to be sent with each request. issued, expires: aware; None is never.
    """

    user: User
    token: str
    issued: datetime
    expires: datetime | None

    @property
    def good_until(self) -> datetime:
        """When a client should come back: when the token expires, at most LOGIN_LIFETIME away."""
        latest = datetime.now(UTC) + LOGIN_LIFETIME
        return min(self.expires or latest, latest)


def log_in(name: str, key: str) -> Login:
    """Let a user in who shows a password, or a valid token of theirs: every login's one door.

    name: ``alice``, ``alice:alice`` as Swift's clients write it, or a UUID; in any case.
    A password gets a token of its own, for LOGIN_LIFETIME.

    Raises: LoginRefusedError: no such user, a disabled one, or the wrong key; all alike, and all
        after the same time.
    """
    if not name or not key:
        raise LoginRefusedError
    user = _active_user(name)
    held = find_login(key)
    if user is not None and held is not None and held.user == user:
        return held
    user = _check_password(user, key)
    now = datetime.now(UTC)
    expires = now + LOGIN_LIFETIME
    return Login(user, create_token(user, expires=expires, label="login"), now, expires)


def log_in_by_token(token: str) -> Login:
    """Return the login that a valid token is the fruit of.

    Raises: LoginRefusedError.
    """
    login = find_login(token)
    if login is None:
        raise LoginRefusedError
    return login


def find_login(token: str) -> Login | None:
    """Return whose a token is, None if it is unknown, expired, revoked, or of a disabled user."""
    static = settings.PITHOS_STATIC_TOKENS.get(token)
    if static is not None:
        user = User.objects.filter(account=static, is_active=True).first()
        return None if user is None else Login(user, token, user.created, None)
    valid = Q(expires=None) | Q(expires__gt=Now())
    found = (
        Token.objects.filter(valid, digest=token_digest(token), revoked=None, user__is_active=True)
        .select_related("user")
        .first()
    )
    return None if found is None else Login(found.user, token, found.created, found.expires)


def is_account_of(user: User, name: str) -> bool:
    """Return whether ``name`` is what clients may call the user's account: also a project."""
    return name.lower() in {user.account, f"auth_{user.account}", str(user.uuid), user.uuid.hex}


def _active_user(name: str) -> User | None:
    """Return the user of ``user`` or ``account:user``; a user has no other's account."""
    account, _, user = name.lower().rpartition(":")
    if account not in {"", user, f"auth_{user}"} or not user.isprintable():
        return None
    found = User.objects.filter(account=user, is_active=True).first()
    return found or _user_of_uuid(user)


def _user_of_uuid(text: str) -> User | None:
    try:
        return User.objects.filter(uuid=UUID(text), is_active=True).first()
    except ValueError:
        return None


def _check_password(user: User | None, password: str) -> User:
    """Return ``user`` if the password is theirs. Without a user it takes as long to refuse.

    Raises: LoginRefusedError.
    """
    fits = len(password) <= MAX_PASSWORD and (user or User()).check_password(password)
    if user is None or not fits:
        raise LoginRefusedError
    return user
