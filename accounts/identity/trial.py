"""Trying a token: what the chain of backends makes of it, for operators to see."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from wsgiref.types import WSGIEnvironment

from accounts.errors import DeniedError, OutOfScopeError, ProviderUnavailableError
from accounts.identity.chain import MAX_TOKEN, asked, current
from accounts.models import Token, User
from accounts.tokens.credentials import Credentials, Scope
from accounts.tokens.tokens import token_digest


class TokenVerdict(StrEnum):
    """What becomes of a request with the token."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    ELSEWHERE = "elsewhere"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class IdentityBackend:
    """A backend of the chain. remote: it asks another machine. resting: it fails, and is spared.

    needs_token: else it believes a header that a trusted proxy sends.
    """

    name: str
    remote: bool
    needs_token: bool
    resting: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What the chain says. backend: who said it, "" is nobody. account: whose it is, if known.

    everywhere: it acts as the owner of any account.
    """

    verdict: TokenVerdict
    backend: str = ""
    account: str = ""
    scope: Scope | None = None
    everywhere: bool = False


def list_backends() -> list[IdentityBackend]:
    """Return the backends in the order in which they are asked."""
    return [
        IdentityBackend(each.name, each.is_remote, each.needs_token, each.is_resting)
        for each in current().sources
    ]


def try_token(token: str, environ: WSGIEnvironment) -> Trial:
    """Ask the backends that take tokens, as a request of this client would.

    A provider is asked indeed: on the first visit of somebody an account is made.
    """
    if not token or len(token) > MAX_TOKEN:
        return Trial(TokenVerdict.UNKNOWN)
    for source in current().sources:
        if not source.needs_token:
            continue
        try:
            found = asked(source, token, environ)
        except DeniedError:
            return _own(source.name, token) or Trial(TokenVerdict.REFUSED, source.name)
        except OutOfScopeError:
            return Trial(TokenVerdict.ELSEWHERE, source.name)
        except ProviderUnavailableError:
            return Trial(TokenVerdict.UNAVAILABLE, source.name)
        if found is not None:
            return _judged(source.name, token, found)
    return Trial(TokenVerdict.UNKNOWN)


def _judged(backend: str, token: str, found: Credentials) -> Trial:
    """Return what statements would make of the credentials: they look up whether all is valid."""
    if found.vouched is None or backend == "database":
        return _own(backend, token) or Trial(TokenVerdict.UNKNOWN)
    user = User.objects.filter(account=found.vouched).first()
    valid = user is not None and user.is_active
    verdict = TokenVerdict.ACCEPTED if valid else TokenVerdict.SUSPENDED
    return Trial(verdict, backend, found.vouched, found.scope, found.everywhere)


def _own(backend: str, token: str) -> Trial | None:
    """Return what there is about a token of the database, None where there is none."""
    row = Token.objects.select_related("user").filter(digest=token_digest(token)).first()
    if row is None:
        return None
    verdict = TokenVerdict.ACCEPTED
    if row.revoked is not None:
        verdict = TokenVerdict.REVOKED
    elif row.expires is not None and row.expires <= datetime.now(UTC):
        verdict = TokenVerdict.EXPIRED
    elif not row.user.is_active:
        verdict = TokenVerdict.SUSPENDED
    return Trial(verdict, backend, row.user.account, Scope.from_json(row.scope or {}))
