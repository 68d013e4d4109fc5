"""Listing what an account and a container hold."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from django.db import connection, transaction

from accounts.tokens.credentials import Credentials
from pithos_api.models import Publication
from pithos_api.models.statements.listings import list_objects as statements
from pithos_api.models.statements.listings.json_pages import PageText, json_folders, json_page
from pithos_api.models.statements.prepared import Statement
from pithos_api.ordering import after
from pithos_api.services.access import sharing
from pithos_api.services.access.names import identities
from pithos_api.services.containers.reading import (
    open_container,
    within_scope,
)
from pithos_api.services.listings import reverse, search
from pithos_api.services.listings.bounds import bounds_of
from pithos_api.services.listings.cache import Content, pages
from pithos_api.services.listings.places import LONG, place_for
from pithos_api.services.storage.long_reads import read_in_time
from pithos_api.values import (
    Access,
    ContainerPath,
    ContainerState,
    Entry,
    Listing,
    ListingForm,
    ObjectPage,
    ObjectPath,
    Right,
)

# Names of a piece of a long page.
_PIECE = 1000

# How a row's writer is marked in a page that comes as JSON.
_WRITER = re.compile("\x01([0-9]+)\x01")


def list_objects(
    credentials: Credentials,
    path: ContainerPath,
    page: ObjectPage,
    *,
    as_json: ListingForm | None = None,
) -> Listing:
    """Return a page of a container's objects and folders in codepoint order.

    as_json: the entries may come as text, see ``Listing.json``, in this form.

    A folder is everything up to the first delimiter behind the prefix; an object of exactly
    that name stands for it (contract §2.3). Other users see only what is shared with them.

    Raises:
        InvalidTokenError, ContainerNotFoundError.
        NotAllowedError: nothing is shared with the caller, or they ask for what only the
            owner may know: the past, what is public.
        TooLongError, BusyError, ClientGoneError: of a search, and of the past.
    """
    least = Right.OWN if page.public or page.until is not None else Right.READ
    access, state = open_container(credentials, path, page.until, least, page.prefix)
    state = within_scope(credentials, state)
    called = search.called_by(access, page)
    if called is not None or search.is_search(page):
        wanted = search.Search(access.container, page, called)
        found = read_in_time(access.actor, lambda: _selected(wanted))
        return _with_entries(access, state, path, found)
    form = as_json if _comes_as_text(as_json, state, page) else None
    content = _content(access, state, path, page, form)
    if isinstance(content, tuple):
        return _json_listing(access, state, path, content)
    return _with_entries(access, state, path, content)


def _content(
    access: Access,
    state: ContainerState,
    path: ContainerPath,
    page: ObjectPage,
    form: ListingForm | None,
) -> Content:
    """Return a page of all, remembered or read. Of the past no revision tells anything."""
    names = _most_names(state, page)
    past = page.until is not None

    def read() -> Content:
        if form is not None and names >= LONG:
            return _long_text(access, path, page, form)
        return _everything(access, path, page, form)

    def fetch() -> Content:
        with place_for(names):
            return read_in_time(access.actor, read) if past else read()

    return fetch() if past else pages().read(state, (path.account, page, form), fetch)


def _most_names(state: ContainerState, page: ObjectPage) -> int:
    """Return how long the page may be; what is picked by name is taken for short."""
    return 0 if page.prefix or page.delimiter else min(page.limit, state.object_count)


def _selected(wanted: search.Search) -> list[Entry]:
    """Return a page of some of the objects."""
    if wanted.page.reverse:
        return reverse.search_reversed(wanted)
    return search.search(wanted)


def _everything(
    access: Access, path: ContainerPath, page: ObjectPage, form: ListingForm | None
) -> Content:
    """Return a page of all that is or was in the container, as text where there is a ``form``."""
    if form is not None:
        return _text_page(access, path, page, form)
    if page.reverse and page.until is not None:
        return reverse.search_reversed(search.Search(access.container, page))
    if page.reverse:
        return reverse.read_reversed(access.container, page)
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


def _comes_as_text(form: ListingForm | None, state: ContainerState, page: ObjectPage) -> bool:
    """Return whether each entry is one line and needs no further look-up, in rising order."""
    if form is None or page.reverse:
        return False
    is_shared = state.has_grants or state.has_publications
    return page.until is not None or not (form.tells_sharing and is_shared)


def _text_page(
    access: Access, path: ContainerPath, page: ObjectPage, form: ListingForm
) -> tuple[str, ...]:
    wanted, past = _place_of(access, path, page), page.until is not None
    if page.delimiter:
        row = json_folders(form, past=past).one({**wanted, **_folder_parameters(page)})
    else:
        row = json_page(form, past=past).one(wanted)
    return (row.text,) if row and row.text else ()


def _long_text(
    access: Access, path: ContainerPath, page: ObjectPage, form: ListingForm
) -> tuple[str, ...]:
    """Return a long page in pieces: one text of all would take its size in Postgres several times.

    What was in the past stays as it was, so it needs no snapshot.
    """
    wanted, past = _place_of(access, path, page), page.until is not None
    with nullcontext() if past else _one_snapshot():
        return tuple(_text_pieces(json_page(form, past=past), wanted, page.limit))


def _place_of(access: Access, path: ContainerPath, page: ObjectPage) -> dict[str, object]:
    owner = {"owner": access.owner, "owner_name": json.dumps(path.account, ensure_ascii=False)}
    return {**bounds_of(page), "container": access.container, **owner}


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Let several statements see the same state of the store."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _text_pieces(
    statement: Statement[PageText], wanted: dict[str, object], limit: int
) -> Iterator[str]:
    """Yield the page of so many names."""
    marker = wanted["marker"]
    for done in range(0, limit, _PIECE):
        some = {"marker": marker, "limit": min(_PIECE, limit - done)}
        row = statement.one({**wanted, **some})
        if row is None or not row.text:
            return
        yield row.text
        marker = row.last


def _json_listing(
    access: Access, state: ContainerState, path: ContainerPath, pieces: tuple[str, ...]
) -> Listing:
    ids: set[int] = set()
    for text in pieces:
        if "\x01" in text:
            ids.update(map(int, set(_WRITER.findall(text))))
    return Listing(path, state, (), _accounts_of(ids, access, path), json=pieces)


def _accounts_of(ids: set[int], access: Access, path: ContainerPath) -> dict[int, str]:
    """Return the accounts of row ids; the owner's is known, and mostly the only one."""
    others = ids - {access.owner}
    rows = statements.writers.all({"ids": list(others)}) if others else []
    return {access.owner: path.account, **{row.id: row.account for row in rows}}


def _page(container: int, page: ObjectPage) -> list[Entry]:
    """Return a page of everything: one index range, or one skip scan."""
    wanted = {**bounds_of(page), "container": container}
    past = page.until is not None
    if page.delimiter:
        statement = statements.list_folders_at if past else statements.list_folders
        return statement.all({**wanted, **_folder_parameters(page)})
    statement = statements.list_objects_at if past else statements.list_objects
    return statement.all(wanted)


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


def _with_entries(
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
        called = set(identities(access))
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
