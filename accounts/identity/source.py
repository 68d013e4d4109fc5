from typing import Protocol

from accounts.identity.base import RequestFacts
from accounts.tokens.credentials import Credentials


class CredentialsSource(Protocol):
    """One step of the chain: a backend, and what its answer means here.

    name: as operators know it. needs_token: it has nothing to say of a request without one.
    is_remote: it asks another machine. is_resting: that one fails, and is left alone for a while.
    """

    name: str
    needs_token: bool
    is_remote: bool

    @property
    def is_resting(self) -> bool: ...

    def credentials(self, token: str, digest: bytes, request: RequestFacts) -> Credentials | None:
        """Return the caller's credentials, None where the token is for others to judge.

        Raises: DeniedError, OutOfScopeError, ProviderUnavailableError.
        """
