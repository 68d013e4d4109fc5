"""What differs between two moments of a container or a folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.tokens.credentials import Credentials
from pithos_api.models.statements.listings.list_objects import writers
from pithos_api.models.statements.time import changes as statements
from pithos_api.models.statements.time.changes import ChangeRow
from pithos_api.ordering import after
from pithos_api.services.access.permissions import authorize
from pithos_api.services.storage.long_reads import read_in_time
from pithos_api.values import Access, ContainerPath, ObjectPath, Right
from pithos_api.values.requests import ChangesRequest

# So many that began in between are sorted for each page; of more, names are walked through.
_FEW: Final = 20_000


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """An object that differs, by its name at the second moment, or at the first if it is gone.

    change: added, changed (its bytes), metadata, moved or removed. moved_from: where it was: its
    name, or its whole path in another container.
    etag, etag_before: hex, as of ``Entry``. modified, modified_by: when and by whom it was changed
    last, or removed.
    """

    change: str
    name: str
    moved_from: str | None
    uuid: str
    size: int | None
    size_before: int | None
    etag: str | None
    etag_before: str | None
    serial: int | None
    serial_before: int | None
    modified: datetime
    modified_by: str


def list_changes(
    credentials: Credentials, path: ContainerPath, wanted: ChangesRequest
) -> list[ObjectChange]:
    """Return a page of what differs, in order of names; nothing that is the same but for its time.

    Three statements or four. A page costs about what it shows, and at most what began in between.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError, TooLongError, BusyError,
        ClientGoneError.
    """
    access = authorize(credentials, path, Right.OWN, wanted.prefix)
    rows = read_in_time(access.actor, lambda: _rows(access, wanted))
    names = _accounts_of(access, path, {row.writer for row in rows})
    return [_change(credentials, path, row, names) for row in rows]


def _rows(access: Access, wanted: ChangesRequest) -> list[ChangeRow]:
    span = {"container": access.container, "since": wanted.since, "until": wanted.until}
    begun = statements.count_begun.one({**span, "most": _FEW})
    few = begun is None or begun.rows < _FEW
    statement = statements.list_few_changes if few else statements.list_many_changes
    return statement.all(
        {
            **span,
            "owner": access.owner,
            "most": _FEW,
            "first": wanted.prefix,
            "beyond": after(wanted.prefix),
            "marker": wanted.marker,
            "limit": wanted.limit,
        }
    )


def _accounts_of(access: Access, path: ContainerPath, ids: Iterable[int]) -> dict[int, str]:
    others = set(ids) - {access.owner}
    rows = writers.all({"ids": list(others)}) if others else []
    return {access.owner: path.account, **{row.id: row.account for row in rows}}


def _change(
    credentials: Credentials, path: ContainerPath, row: ChangeRow, names: Mapping[int, str]
) -> ObjectChange:
    """Return a row as a value. What came from where a limited token does not reach was added."""
    row = _within_reach(credentials, path, row)
    moved_from = row.name_before
    if moved_from is not None and row.container_before != path.container:
        moved_from = f"{path.account}/{row.container_before}/{moved_from}"
    return ObjectChange(
        change=row.change,
        name=row.name,
        moved_from=moved_from,
        uuid=row.uuid,
        size=row.size,
        size_before=row.size_before,
        etag=row.etag,
        etag_before=row.etag_before,
        serial=row.serial,
        serial_before=row.serial_before,
        modified=row.modified,
        modified_by=names.get(row.writer, ""),
    )


def _within_reach(credentials: Credentials, path: ContainerPath, row: ChangeRow) -> ChangeRow:
    if row.name_before is None or row.container_before is None:
        return row
    origin = ObjectPath(path.account, row.container_before, row.name_before)
    if credentials.reach(origin.account, origin.container, origin.name):
        return row
    return row._replace(
        change="added",
        container_before=None,
        name_before=None,
        size_before=None,
        etag_before=None,
        serial_before=None,
    )
