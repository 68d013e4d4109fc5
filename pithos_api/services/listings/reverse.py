"""Pages of a container in falling order of names, which Swift's clients may ask for."""

from collections.abc import Iterator
from dataclasses import replace

from pithos_api.models.statements.listings.list_objects import list_reversed
from pithos_api.services.listings import search
from pithos_api.services.listings.bounds import bounds_of
from pithos_api.services.listings.delimiter import collapse, folder_of
from pithos_api.values import Access, Entry, ObjectPage

_BATCH = 1000


def read_reversed(access: Access, page: ObjectPage, *, whole: bool) -> list[Entry]:
    """Return a page of objects and folders from the marker downwards.

    whole: the caller wants and may see everything; otherwise a search finds the entries.
    """
    return collapse(_falling(access, page) if whole else _found(access, page), page)


def _falling(access: Access, page: ObjectPage) -> Iterator[Entry]:
    """Yield objects from the marker downwards, a batch a statement, not all below a folder."""
    wanted = {**bounds_of(page), "container": access.container, "limit": _BATCH}
    while True:
        rows = list_reversed.all(wanted)
        yield from map(Entry._make, rows)
        if len(rows) < _BATCH:
            return
        last = rows[-1][1]
        wanted["beyond"] = folder_of(last, page) or last


def _found(access: Access, page: ObjectPage) -> Iterator[Entry]:
    """Yield what the same search in rising order finds, backwards."""
    rising = replace(
        page, delimiter="", reverse=False, marker=page.end_marker, end_marker=page.marker
    )
    return reversed(list(search.all_matches(access, rising)))
