"""All objects below a name and a delimiter at once (contract §7, ``delimiter``)."""

from dataclasses import dataclass

from pithos_api.errors import NameTooLongError, OverlappingFoldersError
from pithos_api.models.statements import folders as statements
from pithos_api.ordering import after
from pithos_api.services.quota import QuotaGuard
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


def copy_folder(origin: Access, target: Access, pair: FolderPair) -> None:
    """Copy what is below the source, within the caller's transaction and container locks.

    Raises: QuotaExceededError.
    """
    with QuotaGuard(target):
        serials = _publish(origin, target, pair, keep=False)
        statements.claim_versions.one({"actor": target.actor, "serials": serials})


def move_folder(origin: Access, target: Access, pair: FolderPair) -> None:
    """Move what is below the source, within the caller's transaction, locks and QuotaGuard."""
    _publish(origin, target, pair, keep=True)
    bury_folder(origin, pair.source, pair.delimiter)


def bury_folder(access: Access, path: ObjectPath, delimiter: str) -> int:
    """Delete what is below ``path``, within the caller's transaction and container lock.

    Returns: how many objects that were.
    """
    row = statements.bury_folder.one({**_below(access, path, delimiter), "actor": access.actor})
    return int(row[0]) if row else 0


def bury_everything(access: Access) -> None:
    """Delete every object of the container, within the caller's transaction and lock."""
    everything = {"container": access.container, "first": "", "beyond": after("")}
    statements.bury_folder.one({**everything, "actor": access.actor})


def _publish(origin: Access, target: Access, pair: FolderPair, *, keep: bool) -> list[int]:
    below = _below(origin, pair.source, pair.delimiter)
    rows = statements.folder_serials.all(below)
    growth = len(pair.destination.name.encode()) - len(pair.source.name.encode())
    if any(length + growth > MAX_OBJECT_BYTES for _, length in rows):
        raise NameTooLongError(MAX_OBJECT_BYTES)
    serials = [serial for serial, _ in rows]
    statements.publish_folder.one(
        {
            "container": target.container,
            "serials": serials,
            "to": pair.destination.name,
            "cut": len(pair.source.name) + 1,
            "keep": keep,
            "actor": target.actor,
            "may_delete": target.may(Right.DELETE),
        }
    )
    return serials


def _below(access: Access, path: ObjectPath, delimiter: str) -> dict[str, object]:
    first = path.name + delimiter
    return {"container": access.container, "first": first, "beyond": after(first)}
