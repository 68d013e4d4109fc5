"""Folders of a listing, made of its entries where the database does not make them."""

from collections.abc import Iterable

from pithos_api.values import Entry, ObjectPage


def folder_of(name: str, page: ObjectPage) -> str:
    """Return the folder that the name is in, "" if it is in none."""
    at = name.find(page.delimiter, len(page.prefix)) if page.delimiter else -1
    return name[: at + len(page.delimiter)] if at >= 0 else ""


def collapse(entries: Iterable[Entry], page: ObjectPage, *, passed: str = "") -> list[Entry]:
    """Return a page of these entries, which are in order of names, rising or falling.

    A folder stands for all that is in it, and is left out if the page wants none. An object with
    the folder's own name stands for the folder too.
    passed: a folder that an earlier page has shown.
    """
    collapsed: list[Entry] = []
    last = passed
    for entry in entries:
        folder = folder_of(entry.name, page) or entry.name
        if folder == last:
            continue
        last = folder
        if folder == entry.name:
            collapsed.append(entry)
        elif page.folders:
            collapsed.append(entry._replace(folder=folder))
        if len(collapsed) == page.limit:
            break
    return collapsed
