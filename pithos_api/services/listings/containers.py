"""Pages of an account's containers, and of accounts that share with the caller."""

from collections.abc import Iterable
from datetime import datetime

from accounts.tokens.credentials import Credentials
from pithos_api.errors import NotAllowedError
from pithos_api.models.statements.containers import read_container as container_statements
from pithos_api.models.statements.containers.read_container import ContainerRow
from pithos_api.models.statements.listings.json_pages import json_containers
from pithos_api.ordering import after
from pithos_api.services.access.permissions import find_caller, require_unconfined
from pithos_api.services.containers.account import read_account
from pithos_api.services.containers.reading import container_state, containers_at, within_scope
from pithos_api.services.listings.bounds import bounds_of
from pithos_api.values import (
    AccountState,
    ContainerListing,
    ContainerListingForm,
    ContainerState,
    Page,
)

# By whether the order is reversed.
_CONTAINER_PAGES = (
    container_statements.list_containers,
    container_statements.list_containers_reversed,
)
_COLLAPSED_PAGES = (
    container_statements.list_collapsed,
    container_statements.list_collapsed_reversed,
)


def list_accounts(credentials: Credentials, page: Page) -> list[tuple[str, datetime]]:
    """Return the accounts that share something with the caller, with their last change.

    Raises: InvalidTokenError; NotAllowedError: their scope is a part of one account.
    """
    require_unconfined(credentials)
    caller = find_caller(credentials)
    wanted = {"caller": caller.actor, "marker": page.marker, "limit": page.limit}
    rows = container_statements.list_sharers.all(wanted)
    return [(row.account, row.modified) for row in rows]


def list_containers(
    credentials: Credentials,
    account: str,
    page: Page,
    *,
    as_json: ContainerListingForm | None = None,
) -> ContainerListing:
    """Return the account and a page of its containers in codepoint order.

    as_json: they may come as text, see ``ContainerListing.json``, in this form. Other users than
    the owner see only containers in which something is shared with them.

    Raises:
        InvalidTokenError.
        NotAllowedError: nothing is shared with the caller, or they ask for what only the owner
            may know: the past, what is public.
    """
    state = _open_account(credentials, account, page)
    wanted = _selection(credentials, state, page)
    if as_json is not None and _comes_as_text(credentials, state, page):
        row = json_containers(as_json, reverse=page.reverse).one(wanted)
        return ContainerListing(state, (), (row and row.text) or "")
    rows = _CONTAINER_PAGES[page.reverse].all(wanted)
    return ContainerListing(state, _shown(credentials, state, page, rows))


def list_collapsed(
    credentials: Credentials,
    account: str,
    page: Page,
    delimiter: str,
    *,
    as_json: ContainerListingForm | None = None,
) -> ContainerListing:
    """Return the account and a page of its containers, those with a common beginning as it.

    The beginning is all up to the first ``delimiter`` behind the prefix. "" collapses nothing, nor
    does a slash, which no container's name has.

    Raises: as ``list_containers``.
    """
    if not delimiter or "/" in delimiter:
        return list_containers(credentials, account, page, as_json=as_json)
    state = _open_account(credentials, account, page)
    wanted = {
        **_selection(credentials, state, page),
        "first": max(page.prefix, _behind(page, delimiter)),
        "inside": len(page.prefix),
        "delimiter": delimiter,
    }
    if not page.reverse:
        wanted["skip"] = after(delimiter)
    rows = _COLLAPSED_PAGES[page.reverse].all(wanted)
    whole = [row.container for row in rows if row.container is not None]
    shown = {each.name: each for each in _shown(credentials, state, page, whole)}
    lines = [
        row.beginning or "" if row.container is None else shown[row.container.name] for row in rows
    ]
    return ContainerListing(state, lines)


def _comes_as_text(credentials: Credentials, state: AccountState, page: Page) -> bool:
    """Return whether the rows tell it all: of the present, to an owner who may know everything."""
    return state.owned and page.until is None and credentials.scope is None


def _open_account(credentials: Credentials, account: str, page: Page) -> AccountState:
    """Return the account. Raises: as ``list_containers``."""
    state = read_account(credentials, account, page.until)
    if page.public and not state.owned:
        raise NotAllowedError
    return state


def _behind(page: Page, delimiter: str) -> str:
    """Return what comes after all that the lower marker stands for, if it is a common beginning."""
    low = page.end_marker if page.reverse else page.marker
    at = low.find(delimiter, len(page.prefix))
    is_beginning = 0 <= at == len(low) - len(delimiter)
    return after(low) if is_beginning else ""


def _selection(credentials: Credentials, state: AccountState, page: Page) -> dict[str, object]:
    """Return the parameters that tell which containers the caller sees and wants."""
    return {
        **bounds_of(page),
        "owner": state.id,
        "shared": page.shared and state.owned,
        "public": page.public,
        "viewer": None if state.sees_all else find_caller(credentials).actor,
    }


def _shown(
    credentials: Credentials, state: AccountState, page: Page, found: Iterable[ContainerRow]
) -> list[ContainerState]:
    """Return containers as the caller may know them, as they were then if the page asks for it."""
    containers = [container_state(row, owned=state.owned) for row in found]
    if page.until is not None:
        containers = containers_at(state.id, containers, page.until)
    return [within_scope(credentials, container) for container in containers]
