"""Pages of a container in falling order of names, which Swift's clients may ask for."""

from collections.abc import Iterator
from dataclasses import replace

from pithos_api.models.statements.list_objects import list_reversed
from pithos_api.services import searches
from pithos_api.services.bounds import bounds_of
from pithos_api.values import Access, Entry, ObjectPage

_BATCH = 1000


def read_reversed(access: Access, page: ObjectPage, *, whole: bool) -> list[Entry]:
    """Return a page of objects and folders from the marker downwards.

    whole: everything may be seen and is wanted; else what a search finds.
    """
    entries: list[Entry] = []
    above = ""
    for entry in _falling(access, page) if whole else _found(access, page):
        folder = _folder(entry.name, page)
        if not folder:
            entries.append(entry)
        elif folder != above:
            above = folder
            if page.folders:
                entries.append(entry._replace(folder=folder))
        if len(entries) == page.limit:
            break
    return entries


def _falling(access: Access, page: ObjectPage) -> Iterator[Entry]:
    """Yield objects from the marker downwards, a batch a statement, not all below a folder."""
    wanted = {**bounds_of(page), "container": access.container, "limit": _BATCH}
    while True:
        rows = list_reversed.all(wanted)
        yield from map(Entry._make, rows)
        if len(rows) < _BATCH:
            return
        last = rows[-1][1]
        wanted["beyond"] = _folder(last, page) or last


def _folder(name: str, page: ObjectPage) -> str:
    """Return the folder that the name collapses into, "" if it is in none."""
    at = name.find(page.delimiter, len(page.prefix)) if page.delimiter else -1
    return name[: at + len(page.delimiter)] if at >= 0 else ""


def _found(access: Access, page: ObjectPage) -> Iterator[Entry]:
    """Yield what the same search in rising order finds, backwards."""
    rising = replace(
        page, delimiter="", reverse=False, marker=page.end_marker, end_marker=page.marker
    )
    return reversed(list(searches.all_matches(access, rising)))
