"""OAuth 2.0 token introspection (RFC 7662)."""

from django.conf import settings

from accounts.identity.backends.client import Client
from accounts.identity.backends.document import Document
from accounts.identity.base import Identity, RequestFacts


class Introspection:
    """Asks PITHOS_INTROSPECTION_URL, as the client that the settings name."""

    name = "introspection"
    remote = True

    def __init__(self) -> None:
        self._client = Client(self.name)
        self._login = (settings.PITHOS_INTROSPECTION_CLIENT, settings.PITHOS_INTROSPECTION_SECRET)

    def resolve(self, token: str, request: RequestFacts) -> Identity | None:
        """Return whose the token is; None if it is not active, or not for this store.

        Raises: ProviderUnavailableError.
        """
        answer = self._client.ask(
            "POST",
            settings.PITHOS_INTROSPECTION_URL,
            data={"token": token, "token_type_hint": "access_token"},
            auth=self._login,
            headers={"Accept": "application/json"},
        )
        if answer.status != 200:
            raise self._client.failed(f"status {answer.status}")
        found = Document.parse(answer.body, self._client.failed)
        if not found.truth("active") or not _is_for_us(found):
            return None
        return identity_of(found, self.name)


def _is_for_us(found: Document) -> bool:
    """Return whether issuer and audience are those of the settings, where they name any."""
    issuer, audience = settings.PITHOS_OIDC_ISSUER, set(settings.PITHOS_OIDC_AUDIENCE)
    if issuer and found.text("iss", "") != issuer:
        return False
    return not audience or bool(audience & set(found.texts("aud")))


def identity_of(claims: Document, source: str) -> Identity:
    """Return whom the claims of a token speak of.

    Raises: ProviderUnavailableError: they do not name anybody.
    """
    subject = claims.text("sub")
    return Identity(
        account=subject,
        source=source,
        user_id=subject,
        name=claims.text("preferred_username", "") or claims.text("username", ""),
        groups=claims.texts("groups"),
        roles=claims.texts("roles"),
        expires_at=claims.moment("exp"),
    )
