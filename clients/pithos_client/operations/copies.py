"""Copies and moves that the store makes itself; no bytes travel."""

from dataclasses import dataclass
from urllib.parse import quote

from pithos_client.connection import Request
from pithos_client.driver import Driver


@dataclass(frozen=True)
class Original:
    """What is copied. version: None is the current one."""

    account: str
    container: str
    name: str
    version: int | None = None


def copy(to: Driver, container: str, name: str, original: Original) -> None:
    """Make a copy, with its metadata. Raises: ObjectNotFoundError, NotAllowedError."""
    _put(to, (container, name), original, "X-Copy-From")


def move(to: Driver, container: str, name: str, original: Original) -> None:
    """Give an object another name; its history stays with it. Raises: as ``copy``."""
    _put(to, (container, name), original, "X-Move-From")


def _put(to: Driver, path: tuple[str, str], original: Original, how: str) -> None:
    headers = {
        how: quote(f"/{original.container}/{original.name}"),
        "X-Source-Account": quote(original.account, safe=""),
    }
    if original.version is not None:
        headers["X-Source-Version"] = str(original.version)
    # A move that is repeated would not find what it has moved already.
    repeatable = how == "X-Copy-From"
    to.connection.send(Request("PUT", path, {}, headers, b"", repeatable=repeatable), {201})
