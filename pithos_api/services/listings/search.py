"""Listings of some of a container's objects: by metadata, by what is shared or public."""

from collections.abc import Iterator
from dataclasses import dataclass

from pithos_api.models.statements.listings.search_objects import search_objects
from pithos_api.services.access.names import identities
from pithos_api.services.listings.bounds import bounds_of
from pithos_api.services.listings.delimiter import collapse, folder_of
from pithos_api.values import Access, Entry, ObjectPage, Right

# Rows fetched at once where folders have to be made of them here.
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Search:
    """A page of some of a container's objects. container: row id.

    called: the names under which the caller may stand in a grant, who then sees what has one for
        them; None sees everything.
    """

    container: int
    page: ObjectPage
    called: tuple[str, ...] | None = None


def is_search(page: ObjectPage) -> bool:
    """Return whether only some of the objects are wanted."""
    return page.shared or page.public or page.meta is not None


def called_by(access: Access, page: ObjectPage) -> tuple[str, ...] | None:
    """Return the ``Search.called`` of whoever may list the container.

    Its owner sees everything, and so does whom a list of readers names; but of what is shared
    others see what is shared with them.
    """
    if access.right == Right.OWN or (access.may(Right.LIST) and not page.shared):
        return None
    return tuple(identities(access))


def search(wanted: Search) -> list[Entry]:
    """Return a page of the objects that are wanted and the caller may see."""
    page = wanted.page
    if not page.delimiter:
        return _matches(wanted, bounds_of(page))
    # After a folder, or something in it, that folder does not come again.
    return collapse(all_matches(wanted), page, passed=folder_of(page.marker, page))


def all_matches(wanted: Search) -> Iterator[Entry]:
    """Yield every match from the page's marker on, a batch a statement."""
    bounds = {**bounds_of(wanted.page), "limit": _BATCH}
    while True:
        batch = _matches(wanted, bounds)
        yield from batch
        if len(batch) < _BATCH:
            return
        bounds["marker"] = batch[-1].name


def _matches(wanted: Search, bounds: dict[str, object]) -> list[Entry]:
    called = None if wanted.called is None else list(wanted.called)
    parameters = {**bounds, "container": wanted.container, "called": called}
    return search_objects(wanted.page, parameters)
