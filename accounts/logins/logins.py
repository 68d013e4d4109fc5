"""The one door for whoever has no token yet: a key for a token."""

import logging
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.errors import LoginRefusedError
from accounts.logins.passwords import MAX_PASSWORD
from accounts.models import AppPassword, Token, User
from accounts.throttling import throttling
from accounts.throttling.throttling import LoginTarget
from accounts.tokens.app_passwords import find_app_password, scope_of
from accounts.tokens.credentials import Scope
from accounts.tokens.tokens import create_login_token, token_digest
from audit.services import NOBODY, record
from observability import request_context
from web.names import lowered

LOGIN_LIFETIME = timedelta(days=1)
_MOST_AT_ONCE = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Login:
    """What a user gets.

    token: to be sent with each request. issued, expires: aware; None is never.
    scope: to what the token is limited; None is nothing.
    """

    user: User
    token: str
    issued: datetime
    expires: datetime | None
    scope: Scope | None = None

    @property
    def is_limited(self) -> bool:
        """Whether the token has a scope, so that it may not act on others of the user's."""
        return self.scope is not None

    @property
    def good_until(self) -> datetime:
        """When a client should come back: when the token expires, at most LOGIN_LIFETIME away."""
        latest = datetime.now(UTC) + LOGIN_LIFETIME
        return min(self.expires or latest, latest)


def log_in(name: str, key: str) -> Login:
    """Let a user in who shows a password or a token of theirs: every login's one door.

    name: ``alice``, ``alice:alice`` as Swift's clients write it, or a UUID; in any case.
    key: a token is handed back. The password or an app password gets a new one for
        LOGIN_LIFETIME, which reaches as far as the app password does.

    Raises:
        LoginRefusedError: no such user, a suspended one, or the wrong key; all alike, and all
            after the same time. Also a token that may not be used from where the client is.
        ThrottledError: the key is no token and no app password, and was not tried.
    """
    if not name or not key:
        raise LoginRefusedError
    user = _active_user(name)
    if user is not None:
        held = find_login(key)
        if held is not None and held.user == user:
            return _used_here(held)
        app_password = find_app_password(user, key, request_context.client())
        if app_password is not None:
            return new_login(user, app_password)
    return new_login(_check_password(user, name, key))


def check_password(name: str, password: str) -> User:
    """Return the user whose password it is; tokens and app passwords do not count.

    Raises: LoginRefusedError, ThrottledError; as ``log_in``.
    """
    return _check_password(_active_user(name), name, password)


def log_in_by_token(token: str) -> Login:
    """Return the login that a valid token is the fruit of.

    Raises: LoginRefusedError: also where it is for other networks than the client's;
        ThrottledError: it is not valid, and many were not.
    """
    login = find_login(token)
    if login is None:
        if token:
            throttling.count_failure(LoginTarget(""), token_digest(token))
        raise LoginRefusedError
    return _used_here(login)


def find_login(token: str) -> Login | None:
    """Return whose a token is, None if it is unknown, expired, revoked, or of a suspended user.

    Whether the client may use it from where it is does not matter here.
    """
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
    if found is None:
        return None
    scope = None if found.scope is None else Scope.from_json(found.scope)
    return Login(found.user, token, found.created, found.expires, scope)


def _used_here(login: Login) -> Login:
    """Return the login of a valid token. Raises: LoginRefusedError: it is for other networks."""
    if login.scope is not None and not login.scope.admits(request_context.client()):
        raise LoginRefusedError
    return login


def new_login(user: User, app_password: AppPassword | None = None) -> Login:
    """Make a token for a login.

    app_password: by which they log in; the token reaches and lasts no further.
    """
    now = datetime.now(UTC)
    expires, scope = now + LOGIN_LIFETIME, Scope()
    if app_password is not None:
        expires, scope = min(app_password.expires or expires, expires), scope_of(app_password)
    with request_context.acting(lambda: user.account):
        token = create_login_token(user, expires=expires, scope=scope, app_password=app_password)
    return Login(user, token, now, expires, None if scope == Scope() else scope)


def end_logins(user: User) -> None:
    """Make the tokens of all logins, and all sessions of the pages, fail from now on.

    Tokens and app passwords that were made by hand stay.
    """
    with transaction.atomic():
        ended = Token.objects.filter(user=user, by_login=True, revoked=None)
        count = ended.update(revoked=Now())
        user.session_seed = secrets.token_urlsafe(12)
        user.save(update_fields=["session_seed"])
        record("login.end_all", account=user.account, details={"tokens": count})


def forget_ended_logins() -> int:
    """Delete tokens of logins, and sessions of the pages, that have ended; return how many.

    Some at a time, and none that another process is about to delete.
    """
    forgotten = 0
    for ended in (
        Token.objects.filter(by_login=True, expires__lt=Now()),
        Session.objects.filter(expire_date__lt=Now()),
    ):
        with transaction.atomic():
            some = list(ended.select_for_update(skip_locked=True).values_list("pk")[:_MOST_AT_ONCE])
            forgotten += ended.filter(pk__in=[pk for (pk,) in some]).delete()[0] if some else 0
    return forgotten


def is_account_of(user: User, name: str) -> bool:
    """Return whether ``name`` is what clients may call the user's account: also a project."""
    return lowered(name) in {user.account, f"auth_{user.account}", str(user.uuid), user.uuid.hex}


def _active_user(name: str) -> User | None:
    """Return the user of ``user`` or ``account:user``; a user has no other's account."""
    account, _, user = lowered(name).rpartition(":")
    if account not in {"", user, f"auth_{user}"} or not user.isprintable():
        return None
    found = User.objects.filter(account=user, is_active=True).first()
    return found or _user_of_uuid(user)


def _user_of_uuid(text: str) -> User | None:
    try:
        return User.objects.filter(uuid=UUID(text), is_active=True).first()
    except ValueError:
        return None


def _check_password(user: User | None, name: str, password: str) -> User:
    """Return ``user`` if the password is theirs. Without a user it takes as long to refuse.

    Raises: LoginRefusedError, ThrottledError.
    """
    # Counted after the fact, not before: clients log in many times at once, and rightly. But
    # of many keys at once even a right one is refused if too many were wrong.
    target = LoginTarget(lowered(name) if user is None else user.account)
    throttling.check(target)
    fits = len(password) <= MAX_PASSWORD and (user or User()).check_password(password)
    if user is None or not fits:
        throttling.count_failure(target, secrets.token_bytes(8))
        _note_failure(user)
        raise LoginRefusedError
    throttling.check(target)
    return user


def _note_failure(user: User | None) -> None:
    """Write down a wrong key: for operators, and a line that fail2ban reads (deploy/fail2ban).

    A name that nobody has is not kept: it may be a password, typed into the wrong field.
    """
    account = "" if user is None else user.account
    record("login.fail", account=account, actor=NOBODY)
    where = request_context.address() or "this machine"
    log.warning("sign-in failed from %s for %s", where, account or "a name that nobody has")


def is_lent(digest: bytes) -> bool:
    """Return whether a token is meant for a time: of one that its maker has given an end.

    A login's ends, too, but its user logs in again, unless their app password has an end.
    digest: what is stored of the token; one that is not stored is not lent.
    """
    given = Q(expires__isnull=False, by_login=False)
    return Token.objects.filter(
        given | Q(app_password__expires__isnull=False), digest=digest
    ).exists()
