"""Pages of a container in falling order of names, which Swift's clients may ask for."""

from collections.abc import Iterator
from dataclasses import replace

from pithos_api.models.statements.listings.list_objects import list_reversed
from pithos_api.services.listings.bounds import bounds_of
from pithos_api.services.listings.delimiter import collapse, folder_of
from pithos_api.services.listings.search import Search, all_matches
from pithos_api.values import Entry, ObjectPage

_BATCH = 1000


def read_reversed(container: int, page: ObjectPage) -> list[Entry]:
    """Return a page of all that is in the container, from the marker downwards."""
    return collapse(_falling(container, page), page, passed=folder_of(page.end_marker, page))


def search_reversed(wanted: Search) -> list[Entry]:
    """Return a page of what a search finds, from the marker downwards."""
    page = wanted.page
    return collapse(_found(wanted), page, passed=folder_of(page.end_marker, page))


def _falling(container: int, page: ObjectPage) -> Iterator[Entry]:
    """Yield objects from the marker downwards, a batch a statement.

    Not all below a folder come, but the object with its own name does.
    """
    wanted = {**bounds_of(page), "container": container, "limit": _BATCH}
    while True:
        rows = list_reversed.all(wanted)
        yield from rows
        if len(rows) < _BATCH:
            return
        last = rows[-1].name
        folder = folder_of(last, page)
        # No name is between a name and itself with U+0001 behind it.
        wanted["beyond"] = last if folder in {"", last} else folder + "\x01"


def _found(wanted: Search) -> Iterator[Entry]:
    """Yield what the same search in rising order finds, backwards."""
    page = wanted.page
    rising = replace(
        page, delimiter="", reverse=False, marker=page.end_marker, end_marker=page.marker
    )
    return reversed(list(all_matches(replace(wanted, page=rising))))
