"""Pages of an account's containers, and of accounts that share with the caller."""

from dataclasses import replace
from datetime import datetime

from accounts.tokens.credentials import Credentials
from pithos_api.models.statements.containers import read_container as container_statements
from pithos_api.services.access.permissions import find_caller, require_unconfined
from pithos_api.services.containers.account import read_account
from pithos_api.services.containers.reading import container_state, containers_at, within_scope
from pithos_api.services.listings.bounds import bounds_of
from pithos_api.services.listings.objects import _EVERY
from pithos_api.values import AccountState, ContainerState, Page

# By whether the order is reversed.
_CONTAINER_PAGES = (
    container_statements.list_containers,
    container_statements.list_containers_reversed,
)


def list_accounts(credentials: Credentials, page: Page) -> list[tuple[str, datetime]]:
    """Return the accounts that share something with the caller, with their last change.

    Raises: InvalidTokenError; NotAllowedError: their scope is a part of one account.
    """
    require_unconfined(credentials)
    caller = find_caller(credentials)
    wanted = {"caller": caller.actor, "marker": page.marker, "limit": page.limit}
    rows = container_statements.list_sharers.all(wanted)
    return [(account, modified) for account, modified in rows]


def list_containers(
    credentials: Credentials, account: str, page: Page
) -> tuple[AccountState, list[ContainerState]]:
    """Return the account and a page of its containers in codepoint order.

    Other users than the owner see only containers in which something is shared with them.

    Raises: InvalidTokenError, NotAllowedError.
    """
    state = read_account(credentials, account, page.until)
    viewer = None if state.owned else find_caller(credentials).actor
    rows = _CONTAINER_PAGES[page.reverse].all(
        {
            **bounds_of(page),
            "owner": state.id,
            "shared": page.shared and state.owned,
            "public": page.public and state.owned,
            "viewer": viewer,
        }
    )
    containers = [replace(container_state(row), owned=state.owned) for row in rows]
    if page.until is not None:
        containers = containers_at(containers, page.until)
    return state, [within_scope(credentials, container) for container in containers]


def list_collapsed(
    credentials: Credentials, account: str, page: Page, delimiter: str
) -> tuple[AccountState, list[ContainerState | str]]:
    """Return the account and a page of its containers, those with a common beginning as it.

    The beginning is all up to the first ``delimiter`` behind the prefix; "" collapses nothing.

    Raises: as ``list_containers``.
    """
    if not delimiter:
        state, containers = list_containers(credentials, account, page)
        return state, list(containers)
    state, containers = list_containers(credentials, account, replace(page, limit=_EVERY))
    found: list[ContainerState | str] = []
    for container in containers:
        at = container.name.find(delimiter, len(page.prefix))
        beginning = container.name[: at + len(delimiter)] if at >= 0 else ""
        if not beginning:
            found.append(container)
        elif beginning != page.marker and (not found or beginning != found[-1]):
            found.append(beginning)
    return state, found[: page.limit]
