"""All objects below a name and a delimiter at once (contract §7, ``delimiter``)."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from pithos_api.errors import NameTooLongError, OverlappingFoldersError
from pithos_api.models.statements.objects import folders as statements
from pithos_api.models.statements.objects.folders import FolderObject
from pithos_api.ordering import after
from pithos_api.services.containers.quotas import QuotaGuard
from pithos_api.values import MAX_OBJECT_BYTES, Access, ObjectPath, Right


@dataclass(frozen=True, slots=True)
class FolderPair:
    """The folder that is copied or moved, and the one it goes to."""

    source: ObjectPath
    destination: ObjectPath
    delimiter: str

    def check(self) -> None:
        """Make sure that neither folder lies inside the other.

        Raises: OverlappingFoldersError.
        """
        one, other = (
            f"{path.account}/{path.container}/{path.name}{self.delimiter}"
            for path in (self.source, self.destination)
        )
        if one.startswith(other) or other.startswith(one):
            raise OverlappingFoldersError


def list_folder(origin: Access, pair: FolderPair) -> list[FolderObject]:
    """Return what is below the source, within the caller's transaction and container locks.

    Raises: NameTooLongError: a name would be, below the destination.
    """
    rows = statements.list_folder.all(_below(origin, pair.source, pair.delimiter))
    growth = len(pair.destination.name.encode()) - len(pair.source.name.encode())
    if any(row.name_bytes + growth > MAX_OBJECT_BYTES for row in rows):
        raise NameTooLongError(MAX_OBJECT_BYTES)
    return rows


def copy_folder(target: Access, pair: FolderPair, objects: Sequence[FolderObject]) -> None:
    """Copy what ``list_folder`` found, within the same transaction.

    Raises: QuotaExceededError.
    """
    with QuotaGuard(target):
        _publish(target, pair, objects, keep=False)
        serials = [each.serial for each in objects]
        statements.claim_versions.one({"actor": target.actor, "serials": serials})


def move_folder(
    origin: Access, target: Access, pair: FolderPair, objects: Sequence[FolderObject]
) -> None:
    """Move what ``list_folder`` found, within the same transaction and a QuotaGuard."""
    _publish(target, pair, objects, keep=True)
    tombstone_folder(origin, pair.source, pair.delimiter, moved=True)


def tombstone_folder(
    access: Access, path: ObjectPath, delimiter: str, *, moved: bool = False
) -> int:
    """Delete what is below ``path``, within the caller's transaction and container lock.

    moved: it goes on under other names.

    Returns: how many objects that were.
    """
    row = statements.tombstone_folder.one(
        {**_below(access, path, delimiter), "actor": access.actor, "moved": moved}
    )
    return row.tombstoned if row else 0


def _publish(
    target: Access, pair: FolderPair, objects: Sequence[FolderObject], *, keep: bool
) -> None:
    source = pair.source.account
    home = {} if source == pair.destination.account else {"account": source}
    statements.publish_folder.one(
        {
            "container": target.container,
            "serials": [each.serial for each in objects],
            "to": pair.destination.name,
            "cut": len(pair.source.name) + 1,
            "keep": keep,
            "actor": target.actor,
            "may_delete": target.may(Right.DELETE),
            "home": orjson.dumps(home).decode(),
        }
    )


def _below(access: Access, path: ObjectPath, delimiter: str) -> dict[str, object]:
    first = path.name + delimiter
    return {"container": access.container, "first": first, "beyond": after(first)}
