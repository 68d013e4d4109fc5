"""Getting a token for a password."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from pithos_client.connection import Connection, Request


@dataclass(frozen=True)
class Login:
    """An account of a store. endpoint: such as ``https://store.example/v1``."""

    endpoint: str
    account: str
    token: str = field(repr=False)


def split_url(url: str) -> tuple[str, str]:
    """Return endpoint and account of a URL; "" where it names no account.

    ``https://store.example``, ``https://store.example/v1`` and ``https://store.example/v1/olga``.
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    names = parts.path.strip("/").split("/") if parts.path.strip("/") else ["v1"]
    at = next((n for n, name in enumerate(names) if name in {"v1", "v1.0"}), len(names) - 1)
    endpoint = f"{parts.scheme}://{parts.netloc}/{'/'.join(names[: at + 1])}"
    return endpoint, unquote("/".join(names[at + 1 :]))


def log_in(endpoint: str, user: str, key: str) -> Login:
    """Return a login for a password. Raises: CredentialsError, UnavailableError.

    The endpoint stays as it is given: what leads to a store from here, the store need not know.
    """
    connection = Connection(endpoint, "", "")
    wanted = Request("GET", (), {}, {"X-Auth-User": user.encode(), "X-Auth-Key": key.encode()})
    try:
        headers = connection.send(wanted, {200, 204}).headers
    finally:
        connection.close()
    _, account = split_url(headers["X-Storage-Url"])
    return Login(connection.endpoint, account, headers["X-Auth-Token"])
