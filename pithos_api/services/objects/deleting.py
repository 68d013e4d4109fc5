"""Deleting objects."""

from typing import NamedTuple

from django.db import transaction

from accounts.tokens.credentials import Credentials
from audit.services import record
from pithos_api.errors import ObjectChangedError, ObjectNotFoundError, VersionNotFoundError
from pithos_api.models import Container, Version
from pithos_api.models.expressions import Infinity
from pithos_api.models.statements.objects import delete_object as statements
from pithos_api.models.statements.objects import purge
from pithos_api.services.access.permissions import (
    admit,
    authorize,
    parameters,
    require_container,
)
from pithos_api.services.access.scopes import require_writer
from pithos_api.services.locks import container_lock, lock_containers, lock_names, name_lock
from pithos_api.services.objects.folders import tombstone_folder
from pithos_api.services.objects.publishing import forget_history, tag_list
from pithos_api.services.objects.small.deleting import buried_before
from pithos_api.services.storage.heavy_work import turn_at_names
from pithos_api.services.storage.long_reads import while_client_waits
from pithos_api.values import Access, DeleteConditions, ObjectPath, Right
from web.errors import ConditionFailedError


class Deleted(NamedTuple):
    """A deletion. serial: of its tombstone."""

    serial: int
    access: Access


def tombstone(access: Access, path: ObjectPath) -> None:
    """Put a tombstone in the place of the current version, within the caller's transaction."""
    statements.tombstone_object.one(
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

    Raises: as ``delete_object``; BusyError, ClientGoneError.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    below = f"{path.name}{delimiter}"
    with (
        turn_at_names(access.actor, path, below),
        transaction.atomic(),
        while_client_waits(),
    ):
        lock_containers(path)
        delete_object(credentials, path, conditions)
        tombstone_folder(access, path, delimiter)


def purge_object(credentials: Credentials, path: ObjectPath, until: float) -> None:
    """Drop versions of an object that began at or before ``until``; the current one stays.

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
        _record_purge(access, path, until=until)


def delete_object(
    credentials: Credentials,
    path: ObjectPath,
    conditions: DeleteConditions | None = None,
    least: Right = Right.OWN,
) -> Deleted:
    """Put a tombstone in the place of the current version, which becomes history.

    conditions: judged under the lock of the name. least: the right that the caller must have.

    Returns: the serial of the tombstone.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        ConditionFailedError; ObjectChangedError: another version is current than demanded.
    """
    require_writer(credentials)
    found: statements.Buried | statements.JudgedBurial
    if conditions is None:
        row = buried_before(credentials, path) or _bury(credentials, path, least)
        found = admit(credentials, row, least)
    else:
        judged = _bury_if(credentials, path, conditions, least)
        found = admit(credentials, judged, least)
    require_container(found.access, path)
    if found.serial is None:
        if isinstance(found, statements.JudgedBurial):
            _require_held(found)
        raise ObjectNotFoundError(path.name)
    forget_history(found.access, path)
    return Deleted(found.serial, found.access)


def _bury(credentials: Credentials, path: ObjectPath, least: Right) -> statements.Buried | None:
    wanted = _parameters(credentials, path, least)
    return statements.delete_own_object.one(wanted) or statements.delete_object.one(wanted)


def _bury_if(
    credentials: Credentials, path: ObjectPath, conditions: DeleteConditions, least: Right
) -> statements.JudgedBurial | None:
    wanted = _parameters(credentials, path, least)
    return statements.delete_object_if.one({**wanted, **_demands(conditions)})


def _parameters(credentials: Credentials, path: ObjectPath, least: Right) -> dict[str, object]:
    return {
        **parameters(credentials, path),
        "container_lock": container_lock(path),
        "name_lock": name_lock(path),
        "least": least,
    }


def delete_version(credentials: Credentials, path: ObjectPath, serial: int) -> bool:
    """Delete a version, or a deletion, for good; the versions before it stay what they are.

    Returns: whether it was the current one. Then there is no object of that name any more.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, ContainerNotFoundError.
        VersionNotFoundError: the path never had it.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    with transaction.atomic():
        lock_names(path)
        versions = Version.objects.filter(container_id=access.container, name=path.name)
        found = versions.filter(serial=serial).first()
        if found is None:
            raise VersionNotFoundError(path.name)
        is_current = (
            not found.deleted and versions.filter(serial=serial, valid_to=Infinity()).exists()
        )
        if is_current:  # by a tombstone counters, shares and images learn of it
            tombstone(access, path)
            versions.filter(serial__gte=serial).delete()
        else:
            versions.filter(serial=serial).delete()
        Container.objects.filter(id=access.container, gaps=False).update(gaps=True)
        _record_purge(access, path, version=serial)
    return is_current


def _record_purge(access: Access, path: ObjectPath, **details: float) -> None:
    record(
        "object.purge",
        actor=access.account,
        account=path.account,
        target=f"{path.container}/{path.name}",
        details=details,
    )


def _demands(conditions: DeleteConditions) -> dict[str, object]:
    tags = conditions.tags
    return {
        "if_match": tag_list(tags.if_match),
        "if_none_match": tag_list(tags.if_none_match),
        "unmodified_since": conditions.unmodified_since,
        "delete_at": conditions.delete_at,
        "serial": conditions.serial,
    }


def _require_held(judged: statements.JudgedBurial) -> None:
    """Raise what the first condition that does not hold is.

    Raises: ConditionFailedError, ObjectChangedError.
    """
    conditions = {
        "If-Match": judged.matched,
        "If-None-Match": judged.unmatched,
        "If-Unmodified-Since": judged.unmodified,
        "X-If-Delete-At": judged.on_time,
    }
    for name, held in conditions.items():
        if held is False:
            raise ConditionFailedError(name)
    if judged.fresh is False:
        raise ObjectChangedError
