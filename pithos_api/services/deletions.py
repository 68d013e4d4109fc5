"""Deleting objects."""

from django.db import transaction

from accounts.credentials import Credentials
from audit.services import record
from pithos_api.errors import ObjectNotFoundError
from pithos_api.models import Version
from pithos_api.models.statements import delete_object as statements
from pithos_api.models.statements import purge
from pithos_api.services.folders import bury_folder
from pithos_api.services.locks import container_lock, lock_containers, name_lock
from pithos_api.services.permissions import admit, authorize, parameters, require_container
from pithos_api.services.scopes import require_writer
from pithos_api.services.versions import forget_history
from pithos_api.values import Access, ObjectPath, Right


def bury(access: Access, path: ObjectPath) -> None:
    """Put a tombstone in the place of the current version, within the caller's transaction."""
    statements.bury_object.one(
        {"container": access.container, "actor": access.actor, "name": path.name}
    )
    forget_history(access, path)


def delete_folder(credentials: Credentials, path: ObjectPath, delimiter: str) -> None:
    """Delete an object and all whose names begin with its name and ``delimiter``.

    Raises: as ``delete_object``.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    with transaction.atomic():
        lock_containers(path)
        delete_object(credentials, path)
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


def delete_object(credentials: Credentials, path: ObjectPath) -> None:
    """Put a tombstone in the place of the current version, which becomes history.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError.
    """
    require_writer(credentials)
    wanted = {
        **parameters(credentials, path),
        "container_lock": container_lock(path),
        "name_lock": name_lock(path),
    }
    row = statements.delete_own_object.one(wanted) or statements.delete_object.one(wanted)
    access = admit(credentials, row, Right.OWN)
    require_container(access, path)
    if row is None or row[-1] is None:
        raise ObjectNotFoundError(path.name)
    forget_history(access, path)
