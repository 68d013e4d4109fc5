"""A user of the store who speaks Swift: the account's form in the path says so."""

from typing import TypeVar
from urllib.parse import quote, urlencode

from tests.api.client import Answer, Client

C = TypeVar("C", bound=Client)


class SwiftClient(Client):
    def url(self, path: str = "", /, **query: object) -> str:
        tail = f"/{quote(path)}" if path else ""
        return f"/v1/AUTH_{quote(self.account)}{tail}" + (f"?{urlencode(query)}" if query else "")

    @property
    def own(self) -> dict[str, str]:
        """The headers that say who this is."""
        return {"X-Auth-Token": self.token}

    @property
    def pithos(self) -> Client:
        """The same user in the Pithos dialect."""
        return _with_connection(Client(self.address, self.account, self.token), self)

    def anonymous(
        self, method: str, path: str = "", /, headers: dict[str, str] | None = None, **q: object
    ) -> Answer:
        """Send a request without a token."""
        return self.raw(method, self.url(path, **q), None, headers)


def in_swift(client: Client) -> SwiftClient:
    """The same user in Swift's dialect."""
    return _with_connection(SwiftClient(client.address, client.account, client.token), client)


def visit(visitor: Client, owner: Client) -> SwiftClient:
    """The visitor's token with paths below the owner's account."""
    return _with_connection(SwiftClient(owner.address, owner.account, visitor.token), visitor)


def _with_connection(made: C, client: Client) -> C:
    made.connection = client.connection
    return made
