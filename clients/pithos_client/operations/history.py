"""The versions of an object, and what it was at a time."""

from dataclasses import dataclass, replace

from pithos_client.connection import Request
from pithos_client.driver import Driver, shown_object
from pithos_client.errors import ObjectNotFoundError
from pithos_client.operations.listings import Wanted, objects
from pithos_client.resources import Object


@dataclass(frozen=True)
class Past:
    """A version of an object. since: seconds since 1970 at which it was made."""

    version: int
    since: float


def versions(driver: Driver, container: str, name: str) -> list[Past]:
    """Return the versions of an object, the oldest first. Raises: ObjectNotFoundError."""
    wanted = Request("GET", (container, name), {"version": "list", "format": "json"})
    rows = driver.connection.send(wanted, {200}).json()["versions"]
    return [Past(int(version), float(since)) for version, since in rows]


def version_of(driver: Driver, container: str, name: str, version: int) -> Object:
    """Return an object as one of its versions was. Raises: ObjectNotFoundError."""
    wanted = Request("HEAD", (container, name), {"version": str(version)})
    headers = driver.connection.send(wanted, {200}).headers
    return replace(shown_object(driver.known_container(container), name, headers), past=True)


def object_at(driver: Driver, container: str, name: str, until: float) -> Object:
    """Return an object as it was at a time. Raises: ObjectNotFoundError: it was not there."""
    for found in objects(driver, container, Wanted(name, until=until)):
        if found.name == name:
            return replace(found, past=True)
        break
    raise ObjectNotFoundError(404, f"there was no object {name!r} then")
