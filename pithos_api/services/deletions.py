"""Deleting objects."""

from accounts.credentials import Credentials
from pithos_api.errors import ContainerNotFoundError, ObjectNotFoundError
from pithos_api.models.statements.delete_object import delete_object as statement
from pithos_api.services.locks import container_lock, name_lock
from pithos_api.services.permissions import access, admit_owner
from pithos_api.values import ObjectPath


def delete_object(credentials: Credentials, path: ObjectPath) -> None:
    """Put a tombstone in the place of the current version, which becomes history.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError.
    """
    row = statement.one(
        {
            **access(credentials, path),
            "name": path.name,
            "container_lock": container_lock(path),
            "name_lock": name_lock(path),
        }
    )
    _, _, _, container, tombstone = admit_owner(credentials, row)
    if container is None:
        raise ContainerNotFoundError(path.container)
    if tombstone is None:
        raise ObjectNotFoundError(path.name)
