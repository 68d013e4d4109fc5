"""All that the names of a container have been."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from accounts.tokens.credentials import Credentials
from pithos_api.models.statements.listings.list_versions import list_versions_of_container
from pithos_api.ordering import BEYOND
from pithos_api.services.containers.reading import open_container, within_scope
from pithos_api.services.listings.bounds import bounds_of
from pithos_api.values import ContainerPath, ContainerState, ObjectPage, Right, VersionEntry

# Rows fetched at once where folders have to be made of them here.
_BATCH = 1000


def list_versions(
    credentials: Credentials, path: ContainerPath, page: ObjectPage, before: int | None
) -> tuple[ContainerState, list[VersionEntry | str]]:
    """Return the container and a page of its versions and folders, the newest of a name first.

    before: a serial; of the marker's name only what is older. None: nothing of it.

    Raises:
        InvalidTokenError, ContainerNotFoundError.
        NotAllowedError: the caller may not read the history of all of it.
    """
    least = Right.READ_HISTORY | Right.LIST
    access, state = open_container(credentials, path, None, least, page.prefix)
    entries: Iterator[VersionEntry | str]
    if page.delimiter:
        entries = _collapsed(access.container, page, before)
    else:
        entries = iter(_rows(access.container, page, before))
    return within_scope(credentials, state), list(islice(entries, page.limit))


def _rows(container: int, page: ObjectPage, before: int | None) -> list[VersionEntry]:
    wanted = bounds_of(page)
    del wanted["until"]
    # No serial is before the first: then the marker's own name is passed over.
    return list_versions_of_container.all({**wanted, "container": container, "before": before or 0})


def _collapsed(
    container: int, page: ObjectPage, before: int | None
) -> Iterator[VersionEntry | str]:
    """Yield versions, and each folder once; behind a folder it goes on without looking into it."""
    told = _folder_of(f"{page.marker}.", page) if page.marker and before is None else ""
    batch = replace(page, limit=_BATCH, marker=told + BEYOND if told else page.marker)
    while rows := _rows(container, batch, before):
        for row in rows:
            folder = _folder_of(row.name, page)
            if not folder:
                yield row
            elif folder != told:
                told = folder
                yield folder
        last = rows[-1]
        inside = _folder_of(last.name, page)
        batch = replace(batch, marker=inside + BEYOND if inside else last.name)
        before = None if inside else last.serial
        if len(rows) < _BATCH and not inside:
            return


def _folder_of(name: str, page: ObjectPage) -> str:
    """Return the folder that a name is in, "" if it is in none, or is the folder's own."""
    at = name.find(page.delimiter, len(page.prefix))
    folder = name[: at + len(page.delimiter)] if at >= 0 else ""
    return "" if folder == name else folder
