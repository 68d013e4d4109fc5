"""Listing what an account and a container hold."""

from accounts.credentials import Credentials
from pithos_api.models.statements.list_objects import list_folders
from pithos_api.models.statements.list_objects import list_objects as list_names
from pithos_api.models.statements.read_container import list_containers as containers_page
from pithos_api.services.account import read_account
from pithos_api.services.containers import container_state, read_container
from pithos_api.values import (
    AccountState,
    ContainerPath,
    ContainerState,
    Entry,
    ObjectPage,
    Page,
)

# Beyond every name: names have at most 1024 bytes.
_UNBOUNDED = "\U0010ffff" * 257


def list_containers(
    credentials: Credentials, account: str, page: Page
) -> tuple[AccountState, list[ContainerState]]:
    """Return the account and a page of its containers in codepoint order.

    Raises: InvalidTokenError, NotAllowedError.
    """
    state = read_account(credentials, account)
    rows = containers_page.all({"owner": state.id, "marker": page.marker, "limit": page.limit})
    return state, [container_state(0, *row) for row in rows]


def list_objects(
    credentials: Credentials, path: ContainerPath, page: ObjectPage
) -> tuple[ContainerState, list[Entry]]:
    """Return the container and a page of its objects and folders in codepoint order.

    A folder is everything up to the first delimiter behind the prefix; an object of exactly
    that name stands for it (contract §2.3).

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    state = read_container(credentials, path)
    bounds = {
        "container": state.id,
        "limit": page.limit,
        "beyond": _after(page.prefix),
    }
    if page.delimiter:
        rows = list_folders.all({**bounds, **_folder_parameters(page)})
    else:
        rows = list_names.all({**bounds, "marker": page.marker, "first": page.prefix})
    return state, list(map(Entry._make, rows))


def _folder_parameters(page: ObjectPage) -> dict[str, object]:
    return {
        "first": max(page.prefix, _resume(page)),
        "inside": len(page.prefix),
        "delimiter": page.delimiter,
        "skip": _after(page.delimiter),
        "folders": page.folders,
    }


def _resume(page: ObjectPage) -> str:
    """Return the first text behind the marker, and behind the folder that the marker is in."""
    marker = page.marker
    if not marker:
        return ""
    if marker.startswith(page.prefix):
        at = marker.find(page.delimiter, len(page.prefix))
        if at >= 0:
            return marker[:at] + _after(page.delimiter)
    return marker + "\x01"


def _after(prefix: str) -> str:
    """Return the smallest text above all that begin with ``prefix``, in codepoint order."""
    head = prefix.rstrip("\U0010ffff")
    if not head:
        return _UNBOUNDED
    successor = ord(head[-1]) + 1
    if successor == 0xD800:  # surrogates are no characters
        successor = 0xE000
    return head[:-1] + chr(successor)
