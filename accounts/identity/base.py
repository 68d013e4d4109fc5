"""What an identity backend is: the slot that a site's own sign-on fits into."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from wsgiref.types import WSGIEnvironment

from accounts.tokens.credentials import Scope
from observability.addresses import Address, Network, find_client, is_within


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider knows a token by.

    account: what the account is known by at the provider, and never changes: a UUID, a project.
    user_id, name: who it is, and what they are called now.
    expires_at: aware time after which the answer does not hold.
    scope: to what they are limited; None is nothing.
    reseller: they act as the owner of whichever account they name.
    source: the backend's name.
    """

    account: str
    source: str
    user_id: str = ""
    name: str = ""
    groups: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    expires_at: datetime | None = None
    scope: Scope | None = None
    reseller: bool = False


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What a backend may know of a request besides its token.

    environ: WSGI's, never to be logged. proxies: the networks of PITHOS_TRUSTED_PROXIES.
    """

    environ: WSGIEnvironment
    proxies: tuple[Network, ...] = ()

    @property
    def is_proxied(self) -> bool:
        """Whether a trusted proxy sent the request, so that its headers may be believed."""
        return is_within(self._peer, self.proxies)

    @property
    def client(self) -> Address | None:
        """Who asks: the peer, or whom trusted proxies say they ask for, as far as they are."""
        return find_client(self._peer, self.header("X-Forwarded-For"), self.proxies)

    def header(self, name: str) -> str:
        """Return a header's value, "" if it is missing."""
        return str(self.environ.get("HTTP_" + name.upper().replace("-", "_"), ""))

    @property
    def _peer(self) -> str:
        return str(self.environ.get("REMOTE_ADDR", ""))


class TokenBackend(Protocol):
    """Tells whose a token is. One object answers for all threads of a process.

    name: what the provider's users are filed under in the database; it must not change.
    remote: it asks another machine. Its answers are then kept for up to a minute, it is asked
    by a few threads at a time, and left alone for a while when it fails.
    """

    name: str
    remote: bool

    def resolve(self, token: str, request: RequestFacts) -> Identity | None:
        """Return whose the token is, or None for "not mine: ask the next".

        token: printable ASCII without blanks; "" if the request has none.

        Raises:
            DeniedError: mine, and not valid (401); nobody else is asked.
            OutOfScopeError: valid, and of somebody who may not do this (403).
            ProviderUnavailableError: nobody can say now (503).
        """
