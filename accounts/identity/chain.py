"""The ordered list of backends, and the shortest way past it."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from accounts.errors import DeniedError
from accounts.identity import registry
from accounts.identity.base import RequestFacts
from accounts.identity.local import DatabaseTokens
from accounts.identity.source import CredentialsSource
from accounts.tokens.credentials import Credentials
from accounts.tokens.tokens import SCOPED, token_digest
from observability.addresses import Network

# Longer than any token that providers give; refused before it is hashed or sent anywhere.
MAX_TOKEN: Final = 8192

_PLAIN: Final = "identity.plain"


class Chain:
    """The backends in their order. The first that knows a token decides."""

    def __init__(self, sources: Sequence[CredentialsSource], proxies: Sequence[Network]) -> None:
        self.sources = tuple(sources)
        self._proxies = tuple(proxies)
        # Then a token without a scope needs no look-up: the statement that it guards has one.
        self.is_plain = all(isinstance(source, DatabaseTokens) for source in self.sources)
        self.needs_token = all(source.needs_token for source in self.sources)

    def credentials(self, token: str, environ: WSGIEnvironment) -> Credentials:
        """Ask one source after the other.

        Raises: DeniedError: nobody knows the token; as ``CredentialsSource.credentials``.
        """
        digest = token_digest(token)
        facts = RequestFacts(environ, self._proxies)
        for source in self.sources:
            if token or not source.needs_token:
                found = source.credentials(token, digest, facts)
                if found is not None:
                    return found
        raise DeniedError


def asked(source: CredentialsSource, token: str, environ: WSGIEnvironment) -> Credentials | None:
    """Return what one backend says of a token, None if that is not its own.

    Raises: as ``CredentialsSource.credentials``.
    """
    facts = RequestFacts(environ, settings.PITHOS_TRUSTED_PROXIES)
    return source.credentials(token, token_digest(token), facts)


def credentials_of(token: str, environ: WSGIEnvironment) -> Credentials:
    """Return what statements check a request by. A plain local token costs a hash.

    token: "" if the request has none. environ: WSGI's.

    Raises: DeniedError, OutOfScopeError, ProviderUnavailableError.
    """
    chain = current()
    if len(token) > MAX_TOKEN or (not token and chain.needs_token):
        raise DeniedError
    return plain_credentials(token, environ) or chain.credentials(token, environ)


def plain_credentials(token: str, environ: WSGIEnvironment) -> Credentials | None:
    """Return the same of a plain local token, None of any other and of none: a look-up may be due.

    Whose it is, and whether it is valid, the statement finds out. environ: keeps it, as a request
    that is asked about with others is asked twice.
    """
    before: tuple[str, Credentials] | None = environ.get(_PLAIN)
    if before is not None and before[0] == token:
        return before[1]
    if token and len(token) <= MAX_TOKEN and current().is_plain and not token.startswith(SCOPED):
        environ[_PLAIN] = token, (found := Credentials(token_digest(token)))
        return found
    return None


@cache
def current() -> Chain:
    """Return the chain that the settings describe; each process has its own.

    Raises: ImproperlyConfigured.
    """
    return Chain(registry.sources(), settings.PITHOS_TRUSTED_PROXIES)


@receiver(setting_changed)
def _forget(*, setting: str, **_: Any) -> None:
    if setting.startswith("PITHOS_"):
        current.cache_clear()
