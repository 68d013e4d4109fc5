"""What a container was at a time: what changed since, what is restored, what all of it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pithos_client.connection import Request
from pithos_client.driver import Driver


@dataclass(frozen=True)
class Change:
    """An object that differs between two moments.

    change: added, changed, metadata, moved or removed. moved_from: its name before; its whole path
    if it was in another container. size, size_before: bytes, None where there is or was none.
    """

    change: str
    name: str
    moved_from: str | None
    size: int | None
    size_before: int | None
    version: int | None
    version_before: int | None
    modified: str
    modified_by: str


@dataclass(frozen=True)
class Restored:
    """What restoring did, or would do: to how many objects. See docs/time.md.

    moment: seconds since 1970; to restore to it undoes it.
    """

    restored: int
    recreated: int
    removed: int
    kept: int
    unchanged: int
    bytes_before: int
    bytes_after: int
    moment: float


def changes(
    driver: Driver, container: str, since: float, until: float | None = None, prefix: str = ""
) -> Iterator[Change]:
    """Yield what differs between two moments below a prefix, in order of name.

    since, until: seconds since 1970; None is now.

    Raises: ContainerNotFoundError, NotAllowedError.
    """
    query = {"changes": "", "since": f"{since:.6f}", "prefix": prefix, "format": "json"}
    query |= {} if until is None else {"until": f"{until:.6f}"}
    marker = ""
    while rows := _told(driver, "GET", container, {**query, "marker": marker}):
        yield from map(_change, rows)
        marker = rows[-1]["name"]


def restore(  # noqa: PLR0913 - the request has that many parts
    driver: Driver,
    container: str,
    until: float,
    prefix: str = "",
    *,
    keep_newer: bool = False,
    rehearse: bool = False,
) -> Restored:
    """Make what is below a prefix what it was at a time, or only tell what that would change.

    until: seconds since 1970. It is one transaction of the store: all or nothing.

    Raises: ContainerNotFoundError, NotAllowedError; QuotaError: and nothing is changed.
    """
    query = {"restore": "", "until": f"{until:.6f}", "prefix": prefix}
    query |= {"keep-newer": ""} if keep_newer else {}
    query |= {"rehearse": ""} if rehearse else {}
    return Restored(**_told(driver, "POST", container, query))


def usage(
    driver: Driver, container: str = "", prefix: str = "", until: float | None = None
) -> dict[str, Any]:
    """Return what an account, a container or a folder takes, as docs/time.md tells.

    until: what a purge until then would free is told, too.
    """
    query = {"usage": "", "prefix": prefix}
    query |= {} if until is None else {"until": f"{until:.6f}"}
    found: dict[str, Any] = _told(driver, "GET", container, query)
    return found


def last_change(driver: Driver, container: str, prefix: str) -> float | None:
    """Return when something below a prefix was changed last, seconds since 1970; None is never."""
    query = {"moments": "", "buckets": "1", "prefix": prefix}
    found: float | None = _told(driver, "GET", container, query)["last"]
    return found


def _told(driver: Driver, method: str, container: str, query: dict[str, str]) -> Any:
    path = (container,) if container else ()
    return driver.connection.send(Request(method, path, query), {200}).json()


def _change(row: dict[str, Any]) -> Change:
    return Change(
        row["change"],
        row["name"],
        row["from"],
        row["bytes"],
        row["bytes_before"],
        row["version"],
        row["version_before"],
        row["modified"],
        row["modified_by"],
    )
