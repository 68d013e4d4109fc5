from typing import Protocol

from accounts.identity.base import RequestFacts
from accounts.tokens.credentials import Credentials


class CredentialsSource(Protocol):
    """One step of the chain: a backend, and what its answer means here.

    needs_token: it has nothing to say of a request without one.
    """

    needs_token: bool

    def credentials(self, token: str, digest: bytes, request: RequestFacts) -> Credentials | None:
        """Return the caller's credentials, None where the token is for others to judge.

        Raises: DeniedError, OutOfScopeError, ProviderUnavailableError.
        """
