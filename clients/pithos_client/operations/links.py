"""Links: URLs that let anybody read an object or a folder, within limits."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin

from pithos_client.connection import Request
from pithos_client.driver import Driver

_PAGE: Final = 1000


@dataclass(frozen=True)
class Link:
    """A link. url: of its page; key: what the URL ends with.

    name: of the object; of a folder it ends with a slash, and "" is the whole container.
    expires: seconds since 1970, None is never. downloads: how many are left, None is any number.
    used: how many there were.
    """

    key: str
    url: str
    container: str
    name: str
    folder: bool
    expires: float | None
    has_password: bool
    downloads: int | None
    used: int

    @property
    def place(self) -> str:
        """Container and name."""
        return f"{self.container}/{self.name}" if self.name else self.container


def make_link(
    driver: Driver, container: str, name: str = "", *, folder: bool = False, **limits: Any
) -> Link:
    """Make a link to an object, to a folder, or without a name to a container.

    limits: ``password``, ``expires`` (seconds since 1970) and ``downloads``, each as it is wanted.

    Raises: ObjectNotFoundError, ContainerNotFoundError: there is no such thing; NotAllowedError:
        only owners make links, with a token that reaches their whole account.
    """
    path = (container, name) if name else (container,)
    wanted = {"folder": True, **limits} if folder and name else limits
    return _link(driver, _post(driver, path, {"link": ""}, wanted))


def list_links(driver: Driver, container: str = "", name: str = "") -> Iterator[Link]:
    """Yield the account's links, the newest first; with a place only those to it."""
    query = {"links": "", "limit": str(_PAGE)}
    if container:
        query["path"] = f"{container}/{name}"
    while True:
        rows = driver.connection.send(Request("GET", (), query), {200}).json()
        yield from (_link(driver, row) for row in rows)
        if len(rows) < _PAGE:
            return
        query["marker"] = rows[-1]["key"]


def change_link(driver: Driver, key: str, **limits: Any) -> Link:
    """Change limits of a link, as of ``make_link``; None takes one away, what is not given stays.

    Raises: NotFoundError, NotAllowedError.
    """
    return _link(driver, _post(driver, (), {"links": key}, limits))


def revoke_link(driver: Driver, key: str) -> None:
    """End a link for good. Raises: NotFoundError, NotAllowedError."""
    driver.connection.send(Request("DELETE", (), {"links": key}, repeatable=False), {204})


def key_of(link: str) -> str:
    """Return the key of a link that is given as its URL, or as its key."""
    return link.partition("?")[0].rstrip("/").rpartition("/")[2]


def _post(
    driver: Driver, path: tuple[str, ...], query: Mapping[str, str], fields: Mapping[str, Any]
) -> Any:
    body = json.dumps(fields).encode()
    headers = {"Content-Type": "application/json"}
    return driver.connection.send(Request("POST", path, query, headers, body), {200, 201}).json()


def _link(driver: Driver, row: Mapping[str, Any]) -> Link:
    expires = row["expires"]
    return Link(
        key=row["key"],
        url=urljoin(driver.connection.endpoint, row["url"]),
        container=row["container"],
        name=row["name"],
        folder=row["folder"],
        expires=None if expires is None else _seconds(expires),
        has_password=row["has_password"],
        downloads=row["downloads"],
        used=row["used"],
    )


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()
