"""Deleting objects."""

from django.db import transaction

from accounts.credentials import Credentials
from audit.services import record
from pithos_api.errors import ConditionFailedError, ObjectChangedError, ObjectNotFoundError
from pithos_api.models import Version
from pithos_api.models.statements import delete_object as statements
from pithos_api.models.statements import purge
from pithos_api.services.folders import bury_folder
from pithos_api.services.locks import container_lock, lock_containers, name_lock
from pithos_api.services.permissions import (
    Row,
    admit,
    authorize,
    parameters,
    require_container,
)
from pithos_api.services.scopes import require_writer
from pithos_api.services.versions import forget_history, tag_list
from pithos_api.values import Access, DeleteConditions, ObjectPath, Right

# Those that ``delete_object_if`` judges, in its order; the last is the version's serial.
_CONDITIONS = ("If-Match", "If-None-Match", "If-Unmodified-Since", "X-If-Delete-At", "")


def bury(access: Access, path: ObjectPath) -> None:
    """Put a tombstone in the place of the current version, within the caller's transaction."""
    statements.bury_object.one(
        {"container": access.container, "actor": access.actor, "name": path.name}
    )
    forget_history(access, path)


def delete_folder(
    credentials: Credentials,
    path: ObjectPath,
    delimiter: str,
    conditions: DeleteConditions | None = None,
) -> None:
    """Delete an object and all whose names begin with its name and ``delimiter``.

    conditions: of the object.

    Raises: as ``delete_object``.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    with transaction.atomic():
        lock_containers(path)
        delete_object(credentials, path, conditions)
        bury_folder(access, path, delimiter)


def purge_object(credentials: Credentials, path: ObjectPath, until: float) -> None:
    """Drop the history of an object that began at or before ``until``; what is current stays.

    until: seconds since the epoch. Irrevocable (contract §2.4, DELETE).

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError.
        ObjectNotFoundError: there never was an object of that name.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    if not Version.objects.filter(container_id=access.container, name=path.name).exists():
        raise ObjectNotFoundError(path.name)
    wanted = {"container": access.container, "name": path.name, "until": until}
    with transaction.atomic():
        purge.purge_object.one(wanted)
        record(
            "object.purge",
            actor=access.account,
            account=path.account,
            target=f"{path.container}/{path.name}",
            details={"until": until},
        )


def delete_object(
    credentials: Credentials,
    path: ObjectPath,
    conditions: DeleteConditions | None = None,
    least: Right = Right.OWN,
) -> None:
    """Put a tombstone in the place of the current version, which becomes history.

    conditions: judged under the lock of the name. least: the right that the caller must have.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        ConditionFailedError; ObjectChangedError: another version is current than demanded.
    """
    require_writer(credentials)
    wanted = {
        **parameters(credentials, path),
        "container_lock": container_lock(path),
        "name_lock": name_lock(path),
        "least": least,
    }
    if conditions is None:
        row = statements.delete_own_object.one(wanted) or statements.delete_object.one(wanted)
    else:
        row = statements.delete_object_if.one({**wanted, **_demands(conditions)})
    access = admit(credentials, row, least)
    require_container(access, path)
    if row is None or row[-1] is None:
        _require_held((row or ())[len(Access._fields) : -1])
        raise ObjectNotFoundError(path.name)
    forget_history(access, path)


def _demands(conditions: DeleteConditions) -> dict[str, object]:
    tags = conditions.tags
    return {
        "if_match": tag_list(tags.if_match),
        "if_none_match": tag_list(tags.if_none_match),
        "unmodified_since": conditions.unmodified_since,
        "delete_at": conditions.delete_at,
        "serial": conditions.serial,
    }


def _require_held(judged: Row) -> None:
    """Raise what the first condition that does not hold is: none of ``judged`` may be false.

    Raises: ConditionFailedError, ObjectChangedError.
    """
    for name, held in zip(_CONDITIONS, judged, strict=False):
        if held is False:
            raise ConditionFailedError(name) if name else ObjectChangedError
