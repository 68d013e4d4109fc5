"""Folders of a listing, made of its entries where the database does not make them."""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby

from pithos_api.values import Entry, ObjectPage


def folder_of(name: str, page: ObjectPage) -> str:
    """Return the folder that the name is in, "" if it is in none."""
    at = name.find(page.delimiter, len(page.prefix)) if page.delimiter else -1
    return name[: at + len(page.delimiter)] if at >= 0 else ""


def collapse(entries: Iterable[Entry], page: ObjectPage, *, passed: str = "") -> list[Entry]:
    """Return a page of these entries, which are in the page's order of names.

    A folder stands for all that is in it, and is left out if the page wants none. An object with
    the folder's own name stands for the folder too.
    passed: a folder that comes in no page from here on.
    """
    collapsed: list[Entry] = []
    for name, members in groupby(entries, lambda entry: folder_of(entry.name, page) or entry.name):
        entry = _outermost(members, page)
        if name == passed:
            continue
        if entry.name == name:
            collapsed.append(entry)
        elif page.folders:
            collapsed.append(entry._replace(folder=name))
        if len(collapsed) == page.limit:
            break
    return collapsed


def _outermost(members: Iterator[Entry], page: ObjectPage) -> Entry:
    """Return the least name in a folder, which may be its own: it comes first, or falling last."""
    first = next(members)
    return reduce(lambda _, entry: entry, members, first) if page.reverse else first
