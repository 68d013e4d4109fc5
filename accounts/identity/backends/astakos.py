"""Synnefo's Astakos: ``POST <url>/tokens`` (contract/identity.md)."""

from django.conf import settings

from accounts.identity.backends.client import Client
from accounts.identity.backends.document import Document
from accounts.identity.base import Identity, RequestFacts


class Astakos:
    """Asks PITHOS_ASTAKOS_URL. The account is the user's UUID."""

    name = "astakos"
    remote = True

    def __init__(self) -> None:
        self._client = Client(self.name)
        self._url = f"{settings.PITHOS_ASTAKOS_URL}/tokens"

    def resolve(self, token: str, request: RequestFacts) -> Identity | None:
        """Return whose the token is; None for 400 and 401: it knows none like that.

        Raises: ProviderUnavailableError.
        """
        answer = self._client.ask(
            "POST",
            self._url,
            json={"auth": {"token": {"id": token}}},
            headers={"Accept": "application/json"},
        )
        if answer.status in {400, 401}:
            return None
        if answer.status != 200:
            raise self._client.failed(f"status {answer.status}")
        access = Document.parse(answer.body, self._client.failed).part("access")
        user, session = access.part("user"), access.part("token")
        return Identity(
            account=user.text("id"),
            source=self.name,
            user_id=user.text("id"),
            name=user.text("name", ""),
            projects=user.texts("projects"),
            roles=tuple(role.text("name", "") for role in user.parts("roles")),
            expires_at=session.moment("expires"),
        )
