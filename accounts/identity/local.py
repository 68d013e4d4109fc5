"""Tokens that this store has made itself: those of the settings, those of the database."""

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from django.conf import settings

from accounts.errors import DeniedError, OutOfScopeError
from accounts.identity.base import RequestFacts
from accounts.models import Token
from accounts.tokens.credentials import Credentials, Scope
from accounts.tokens.tokens import note_use

_NOTE_AFTER = timedelta(hours=1)
_MOST_KNOWN: Final = 10_000


class StaticTokens:
    """The tokens of PITHOS_STATIC_TOKENS; for development only."""

    name = "static"
    needs_token = True
    is_remote = is_resting = False

    def credentials(self, token: str, digest: bytes, _: RequestFacts) -> Credentials | None:
        account = settings.PITHOS_STATIC_TOKENS.get(token)
        return None if account is None else Credentials(digest, account)


class DatabaseTokens:
    """The tokens of ``create_token`` and of logins.

    One without a scope is only recognised here: whether it is valid is for the statement that
    needs to know, at every request. So to have seen it once is enough for ever.
    """

    name = "database"
    needs_token = True
    is_remote = is_resting = False

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[bytes, None] = {}

    def credentials(self, token: str, digest: bytes, request: RequestFacts) -> Credentials | None:
        """Return what the token is good for, None where the database has never seen it.

        Raises: DeniedError; OutOfScopeError: the request comes from elsewhere.
        """
        if digest in self._known:
            return Credentials(digest)
        found = Token.objects.select_related("user").filter(digest=digest).first()
        if found is None:
            return None
        if found.scope is not None:
            return _scoped(found, digest, Scope.from_json(found.scope), request)
        self._remember(digest)
        return Credentials(digest)

    def _remember(self, digest: bytes) -> None:
        with self._lock:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[digest] = None


def _scoped(token: Token, digest: bytes, scope: Scope, request: RequestFacts) -> Credentials:
    now = datetime.now(UTC)
    if token.revoked is not None or (token.expires is not None and token.expires <= now):
        raise DeniedError
    if not scope.admits(request.client):
        raise OutOfScopeError
    if token.last_used is None or token.last_used < now - _NOTE_AFTER:
        note_use(digest)
    return Credentials(digest, token.user.account, scope)
