"""Who else may read and write: shares and groups."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, unquote

from pithos_client.connection import Connection, Request
from pithos_client.driver import Driver

_GROUP = "X-Account-Group-"


def share(driver: Driver, path: tuple[str, str], read: Sequence[str], write: Sequence[str]) -> None:
    """Let others read or write an object and all below its name; nobody ends all sharing.

    read, write: accounts, ``ACCOUNT:group``, or ``*`` for everybody with a token.
    """
    lists = {"read": read, "write": write}
    told = "; ".join(f"{right}={_people(who)}" for right, who in lists.items() if who)
    _update(driver.connection, path, {"X-Object-Sharing": told})


def _people(who: Sequence[str]) -> str:
    return ",".join(quote(each, safe=":*") for each in who)


def sharing_of(driver: Driver, path: tuple[str, str]) -> tuple[str, str]:
    """Return who may do what, as the store tells it, and the object that says so; "" is nobody."""
    headers = driver.connection.send(Request("HEAD", path), {200}).headers
    told, by = headers.get("X-Object-Sharing", ""), headers.get("X-Object-Shared-By", "")
    return unquote(told), unquote(by)


def sharers(driver: Driver) -> Iterator[str]:
    """Yield the accounts that share something with this one."""
    everywhere = Connection(driver.connection.endpoint, "", driver.connection.token)
    marker: dict[str, str] = {}
    try:
        while True:
            wanted = Request("GET", (), {"format": "json", **marker})
            response = everywhere.send(wanted, {200, 204})
            rows: list[dict[str, Any]] = response.json() if response.status == 200 else []
            yield from (row["name"] for row in rows)
            if not rows:
                return
            marker = {"marker": rows[-1]["name"]}
    finally:
        everywhere.close()


def groups(driver: Driver) -> dict[str, list[str]]:
    """Return the account's groups and who is in them."""
    headers = driver.connection.send(Request("HEAD"), {204}).headers
    return {
        unquote(key[len(_GROUP) :]): [unquote(each) for each in value.split(",")]
        for key, value in headers.items()
        if key.startswith(_GROUP)
    }


def set_group(driver: Driver, name: str, members: Sequence[str]) -> None:
    """Make or replace a group; without members there is none any more."""
    header = f"{_GROUP}{quote(name, safe='')}"
    _update(driver.connection, (), {header: ",".join(quote(each, safe="") for each in members)})


def _update(connection: Connection, path: tuple[str, ...], headers: dict[str, str]) -> None:
    connection.send(Request("POST", path, {"update": ""}, headers, repeatable=True), {202})
