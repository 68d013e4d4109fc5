"""Lists of a container: of a folder, of some metadata, of another time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pithos_client.connection import Request
from pithos_client.driver import Driver, listed_object
from pithos_client.errors import NotPithosError
from pithos_client.resources import Container, Object


@dataclass(frozen=True)
class Folder:
    """A part of names that ends with ``/``, and below which there are objects."""

    container: str
    name: str


@dataclass(frozen=True)
class Wanted:
    """What is listed. level: one level alone, with folders. until: seconds since 1970.

    meta: as the API has it, such as ``year>2011``. shared: only what is shared with others.
    """

    prefix: str = ""
    level: bool = False
    until: float | None = None
    meta: str = ""
    shared: bool = False

    @property
    def query(self) -> dict[str, str]:
        """The parameters of a request."""
        asked = {"prefix": self.prefix, "delimiter": "/" if self.level else "", "meta": self.meta}
        found = {key: value for key, value in asked.items() if value}
        found |= {"until": f"{self.until:.6f}"} if self.until is not None else {}
        return found | ({"shared": ""} if self.shared else {})


def containers(driver: Driver, until: float | None = None) -> Iterator[Mapping[str, Any]]:
    """Yield what the store tells of each container of an account."""
    yield from _rows(driver, (), Wanted(until=until).query)


def objects(driver: Driver, name: str, wanted: Wanted) -> Iterator[Object]:
    """Yield the objects of a container, without folders. Raises: ContainerNotFoundError."""
    for each in entries(driver, name, wanted):
        if isinstance(each, Object):
            yield each


def entries(driver: Driver, name: str, wanted: Wanted) -> Iterator[Object | Folder]:
    """Yield objects and folders of a container in order of name.

    Raises: ContainerNotFoundError; NotAllowedError: somebody else's history.
    """
    container: Container | None = None
    for row in _rows(driver, (name,), wanted.query):
        if "subdir" in row:
            yield Folder(name, row["subdir"])
        elif row.get("content_type") != "application/directory" or row["name"] != wanted.prefix:
            container = container or driver.known_container(name)
            yield listed_object(container, row)


def _rows(
    driver: Driver, path: tuple[str, ...], query: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    marker: dict[str, str] = {}
    while True:
        asked = {"format": "json", **query, **marker}
        response = driver.connection.send(Request("GET", path, asked), {200, 204})
        rows: list[dict[str, Any]] = response.json() if response.status == 200 else []
        if not isinstance(rows, list):
            raise NotPithosError(driver.connection.endpoint)
        yield from rows
        if not rows:
            return
        marker = {"marker": rows[-1].get("subdir") or rows[-1]["name"]}
