"""A backend as a step of the chain: its answers kept, its failures borne, its users found."""

import logging
from datetime import UTC, datetime
from typing import Final

from accounts.errors import (
    AccountsError,
    DeniedError,
    OutOfScopeError,
    ProviderUnavailableError,
)
from accounts.identity.answers import POSITIVE_SECONDS, Answers, Verdict
from accounts.identity.base import Identity, RequestFacts, TokenBackend
from accounts.identity.users import user_of
from accounts.models import User
from accounts.tokens.credentials import Credentials
from observability.circuit_breaker import CircuitBreaker, Limits

log = logging.getLogger(__name__)

LIMITS: Final = Limits(failures=5, rest_seconds=10.0, at_once=8)


class External:
    """Somebody else's answer about a token, which holds for a user of the store.

    Whether that user is active, the statement that needs to know looks up at every request. But in
    another account a reseller is its owner there, so of resellers it is looked up here.
    """

    def __init__(self, backend: TokenBackend) -> None:
        self._backend = backend
        self.name = backend.name
        self.is_remote = self.needs_token = backend.remote
        self._breaker = CircuitBreaker(
            f"identity provider {backend.name}",
            refusal=lambda: ProviderUnavailableError(backend.name),
            is_failure=lambda error: isinstance(error, ProviderUnavailableError),
            limits=LIMITS,
        )
        self._answers = Answers()

    @property
    def is_resting(self) -> bool:
        """Whether the provider fails, and is left alone for a while."""
        return self._breaker.is_resting

    def credentials(self, token: str, digest: bytes, request: RequestFacts) -> Credentials | None:
        """Return whom the backend answers for, None where the token is not its own.

        Raises: DeniedError, OutOfScopeError, ProviderUnavailableError.
        """
        # No provider gives tokens with blanks, and no header that asks about one may begin so.
        if not (token.isascii() and token.isprintable()) or " " in token:
            return None
        found = self._verdict(token, digest, request)
        if found and found.scope and not found.scope.admits(request.client):
            raise OutOfScopeError
        if found and found.everywhere and not _is_active(found.vouched):
            raise DeniedError
        return found

    def _verdict(self, token: str, digest: bytes, request: RequestFacts) -> Credentials | None:
        if not self.is_remote:
            return self._admitted(self._resolve(token, request), digest)[0]
        answer = self._answers.find(digest)
        verdict = answer.verdict if answer else self._ask(token, digest, request)
        if isinstance(verdict, type):
            raise verdict
        return verdict

    def _ask(self, token: str, digest: bytes, request: RequestFacts) -> Verdict:
        """Ask the provider and keep what it says, unless it says nothing."""
        try:
            with self._breaker.passage():
                identity = self._resolve(token, request)
            credentials, left = self._admitted(identity, digest)
        except (DeniedError, OutOfScopeError) as refusal:
            kind = DeniedError if isinstance(refusal, DeniedError) else OutOfScopeError
            self._answers.keep(digest, kind)
            return kind
        self._answers.keep(digest, credentials, left)
        return credentials

    def _resolve(self, token: str, request: RequestFacts) -> Identity | None:
        """Ask the backend. What it did not foresee may hold the token, and is not shown."""
        try:
            return self._backend.resolve(token, request)
        except AccountsError:
            raise
        except Exception as error:
            name = self._backend.name
            log.error("identity backend %s failed: %s", name, type(error).__name__)
            raise ProviderUnavailableError(name) from None

    def _admitted(
        self, identity: Identity | None, digest: bytes
    ) -> tuple[Credentials | None, float]:
        """Return what an identity is good for, and for how many seconds.

        Raises: DeniedError: it has expired, or has no account here.
        """
        if identity is None:
            return None, POSITIVE_SECONDS
        left = POSITIVE_SECONDS
        if identity.expires_at is not None:
            left = (identity.expires_at - datetime.now(UTC)).total_seconds()
        if left <= 0:
            raise DeniedError
        account = user_of(identity).account
        return Credentials(digest, account, identity.scope, identity.reseller), left


def _is_active(account: str | None) -> bool:
    return User.objects.filter(account=account, is_active=True).exists()
