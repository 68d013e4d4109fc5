"""Listing what an account and a container hold."""

import json
import re
from dataclasses import replace
from datetime import datetime

from accounts.credentials import Credentials
from pithos_api.models import Publication
from pithos_api.models.statements import list_objects as statements
from pithos_api.models.statements import read_container as container_statements
from pithos_api.ordering import after
from pithos_api.services import reversed_pages, searches, sharing
from pithos_api.services.account import read_account
from pithos_api.services.bounds import bounds_of
from pithos_api.services.containers import (
    container_state,
    open_container,
    past_containers,
    within_scope,
)
from pithos_api.services.page_cache import Content, pages
from pithos_api.services.permissions import find_caller, require_unconfined
from pithos_api.values import (
    Access,
    AccountState,
    ContainerPath,
    ContainerState,
    Dialect,
    Entry,
    Listing,
    ObjectPage,
    ObjectPath,
    Page,
    Right,
)

# How a row's writer is marked in a page that comes as JSON.
_WRITER = re.compile("\x01([0-9]+)\x01")


# As many as there may be.
_EVERY = 2**31 - 1

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

    Others than the owner see the containers in which something is shared with them.

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
        containers = past_containers(containers, page.until)
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


def list_objects(
    credentials: Credentials,
    path: ContainerPath,
    page: ObjectPage,
    *,
    as_json: Dialect | None = None,
) -> Listing:
    """Return a page of a container's objects and folders in codepoint order.

    as_json: the entries may come as text, see ``Listing.json``, with the fields of a dialect.

    A folder is everything up to the first delimiter behind the prefix; an object of exactly
    that name stands for it (contract §2.3). Others than the owner see what is shared with them.

    Raises:
        InvalidTokenError, ContainerNotFoundError.
        NotAllowedError: nothing is shared with the caller, or they ask for what only the
            owner may know: the past, what is public.
    """
    least = Right.OWN if page.public or page.until is not None else Right.READ
    access, state = open_container(credentials, path, page.until, least, page.prefix)
    state = within_scope(credentials, state)
    # Of what is shared others see what is shared with them.
    if access.right < Right.OWN and not page.shared and searches.sees_all(access, state):
        access = access._replace(right=Right.OWN)  # of this listing
    if searches.is_search(access, page):
        return _listing(access, state, path, _selected(access, page))
    form = as_json if _comes_as_text(as_json, state, page) else None

    def fetch() -> Content:
        return _everything(access, path, page, form)

    past = page.until is not None  # a revision tells nothing of it
    content = fetch() if past else pages.read(state, (path.account, page, form), fetch)
    if isinstance(content, str):
        return _json_listing(access, state, path, content)
    return _listing(access, state, path, content)


def _selected(access: Access, page: ObjectPage) -> list[Entry]:
    """Return a page of some of the objects."""
    if page.reverse:
        return reversed_pages.read_reversed(access, page, whole=False)
    return searches.search(access, page)


def _everything(
    access: Access, path: ContainerPath, page: ObjectPage, form: Dialect | None
) -> Content:
    """Return a page of all that is or was in the container, as text where there is a ``form``."""
    if form is Dialect.SWIFT:
        return _swift_page(access, page)
    if form is Dialect.PITHOS:
        return _pithos_page(access, path, page)
    if page.reverse:
        return reversed_pages.read_reversed(access, page, whole=page.until is None)
    return _page(access.container, page)


def with_folders(listing: Listing, page: ObjectPage) -> Listing:
    """Return the listing with folders also in the place of objects that are named as one."""
    if not (page.delimiter and page.folders):
        return listing
    entries = [
        entry._replace(folder=entry.name) if _names_folder(entry, page) else entry
        for entry in listing.entries
    ]
    return replace(listing, entries=entries)


def _names_folder(entry: Entry, page: ObjectPage) -> bool:
    """Return whether an object's name ends with the first delimiter behind the prefix."""
    if entry.folder is not None:
        return False
    at = entry.name.find(page.delimiter, len(page.prefix))
    return 0 <= at == len(entry.name) - len(page.delimiter)


def _comes_as_text(form: Dialect | None, state: ContainerState, page: ObjectPage) -> bool:
    """Return whether each entry is one row, in rising order, about which no more is to be told."""
    if form is None or page.delimiter or page.reverse:
        return False
    if page.until is not None:
        return form is Dialect.PITHOS
    return form is Dialect.SWIFT or not (state.has_grants or state.has_publications)


def _swift_page(access: Access, page: ObjectPage) -> str:
    row = statements.list_swift_json.one({**bounds_of(page), "container": access.container})
    return (row and row[0]) or ""


def _pithos_page(access: Access, path: ContainerPath, page: ObjectPage) -> str:
    owner = {"owner": access.owner, "owner_name": json.dumps(path.account, ensure_ascii=False)}
    place = {"container": access.container, **owner}
    past = page.until is not None
    statement = statements.list_past_objects_json if past else statements.list_objects_json
    row = statement.one({**bounds_of(page), **place})
    return (row and row[0]) or ""


def _json_listing(access: Access, state: ContainerState, path: ContainerPath, text: str) -> Listing:
    ids = {int(found) for found in set(_WRITER.findall(text))} if "\x01" in text else set()
    return Listing(path, state, (), _accounts_of(ids, access, path), json=text)


def _accounts_of(ids: set[int], access: Access, path: ContainerPath) -> dict[int, str]:
    """Return the accounts of row ids; the owner's is known, and mostly the only one."""
    others = ids - {access.owner}
    rows = statements.writers.all({"ids": list(others)}) if others else []
    return {access.owner: path.account, **dict(rows)}


def _page(container: int, page: ObjectPage) -> list[Entry]:
    """Return a page of everything: one index range, or one skip scan."""
    wanted = {**bounds_of(page), "container": container}
    past = page.until is not None
    if page.delimiter:
        statement = statements.list_past_folders if past else statements.list_folders
        rows = statement.all({**wanted, **_folder_parameters(page)})
    else:
        statement = statements.list_past_objects if past else statements.list_objects
        rows = statement.all(wanted)
    return list(map(Entry._make, rows))


def _folder_parameters(page: ObjectPage) -> dict[str, object]:
    return {
        "first": max(page.prefix, _resume(page)),
        "inside": len(page.prefix),
        "delimiter": page.delimiter,
        "skip": after(page.delimiter),
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
            return marker[:at] + after(page.delimiter)
    return marker + "\x01"


def _listing(
    access: Access, state: ContainerState, path: ContainerPath, entries: list[Entry]
) -> Listing:
    """Return the page with what its entries refer to, a statement each for all of them."""
    named = [entry for entry in entries if entry.folder is None]
    writers = _accounts_of({entry.writer for entry in named}, access, path)
    listing = Listing(path, state, entries, writers)
    if state.until_change is not None:
        return listing
    return _with_sharing(access, listing, named)


def _with_sharing(access: Access, listing: Listing, named: list[Entry]) -> Listing:
    """Return the listing of the present with who else may see its entries."""
    state, path = listing.container, listing.path
    if state.has_grants and named:
        paths = [ObjectPath(path.account, path.container, entry.name) for entry in named]
        listing = replace(listing, grants=sharing.grants_over(state.id, paths))
    if not state.owned:
        called = set(searches.identities(access))
        grants = {
            granted: each
            for granted, each in listing.grants.items()
            if not called.isdisjoint((*each.readers, *each.writers))
        }
        allowed = {
            granted: "read" if called.isdisjoint(each.writers) else "write"
            for granted, each in grants.items()
        }
        return replace(listing, grants=grants, allowed=allowed)
    if state.has_publications and named:
        found = Publication.objects.filter(
            container_id=state.id, name__in=[entry.name for entry in named]
        )
        listing = replace(listing, public_keys=dict(found.values_list("name", "key")))
    return listing
