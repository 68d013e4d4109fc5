"""OpenStack's Keystone v3: ``GET <url>/auth/tokens`` with a service's own token beside it."""

from threading import Lock
from typing import Any

from django.conf import settings

from accounts.errors import DeniedError
from accounts.identity.base import Identity, RequestFacts
from accounts.identity.client import Client, ProviderAnswer
from accounts.identity.document import Document
from accounts.identity.roles import is_reseller, scope_of


class Keystone:
    """Asks PITHOS_KEYSTONE_URL. The account is the project's id, ``/v1/AUTH_<id>`` in URLs."""

    name = "keystone"
    remote = True

    def __init__(self) -> None:
        self._client = Client(self.name)
        self._url = f"{settings.PITHOS_KEYSTONE_URL}/auth/tokens"
        self._lock = Lock()
        self._service_token = ""

    def resolve(self, token: str, request: RequestFacts) -> Identity | None:
        """Return whose the token is, None if Keystone knows none like that.

        Raises:
            DeniedError: it is for no project.
            OutOfScopeError: it has no role that is for this store.
            ProviderUnavailableError.
        """
        answer = self._validate(token)
        if answer.status in {400, 404}:
            return None
        if answer.status != 200:
            raise self._client.failed(f"status {answer.status}")
        found = Document.parse(answer.body, self._client.failed).part("token")
        if not found.has("project"):
            raise DeniedError
        user, project = found.part("user"), found.part("project")
        roles = tuple(role.text("name") for role in found.parts("roles"))
        return Identity(
            account=project.text("id"),
            source=self.name,
            user_id=user.text("id"),
            name=project.text("name", ""),
            projects=(project.text("id"),),
            roles=roles,
            expires_at=found.moment("expires_at"),
            scope=scope_of(roles),
            reseller=is_reseller(roles),
        )

    def _validate(self, token: str) -> ProviderAnswer:
        """Ask about a token; a service token that has ended is renewed once."""
        service = self._service_token or self._renew("")
        answer = self._ask(token, service)
        return self._ask(token, self._renew(service)) if answer.status == 401 else answer

    def _ask(self, token: str, service: str) -> ProviderAnswer:
        headers = {"X-Auth-Token": service, "X-Subject-Token": token}
        return self._client.ask("GET", self._url, params={"nocatalog": "1"}, headers=headers)

    def _renew(self, worn: str) -> str:
        """Return a service token other than ``worn``, made by the first who comes for it."""
        with self._lock:
            if self._service_token == worn:
                self._service_token = ""
                self._service_token = self._log_in()
            return self._service_token

    def _log_in(self) -> str:
        answer = self._client.ask("POST", self._url, json=_login())
        token = answer.headers.get("X-Subject-Token", "")
        if answer.status != 201 or not token:
            raise self._client.failed(f"status {answer.status} for the store's own login")
        return token


def _login() -> dict[str, Any]:
    """Return the request body that logs the store itself in."""
    user = {
        "name": settings.PITHOS_KEYSTONE_USER,
        "password": settings.PITHOS_KEYSTONE_PASSWORD,
        "domain": {"name": settings.PITHOS_KEYSTONE_DOMAIN},
    }
    project = {
        "name": settings.PITHOS_KEYSTONE_PROJECT,
        "domain": {"name": settings.PITHOS_KEYSTONE_DOMAIN},
    }
    identity = {"methods": ["password"], "password": {"user": user}}
    return {"auth": {"identity": identity, "scope": {"project": project}}}
