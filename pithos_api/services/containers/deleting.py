"""Deleting containers, their objects, or their history."""

from django.db import transaction
from django.db.models import Max

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ContainerNotEmptyError
from pithos_api.models import Container, UsageDelta, Version
from pithos_api.models.expressions import Infinity
from pithos_api.models.statements.objects import folders as statements
from pithos_api.models.statements.objects import purge
from pithos_api.ordering import after
from pithos_api.services.access.permissions import authorize
from pithos_api.services.access.preconditions import check_untagged
from pithos_api.services.access.scopes import require_writer
from pithos_api.services.containers.changing import find_present, record_change, touch_account
from pithos_api.services.containers.dates import container_shares_second
from pithos_api.services.locks import lock_container_set, lock_containers
from pithos_api.values import Access, ContainerPath, DeleteConditions, Right
from web.conditions import Subject
from web.errors import ConditionFailedError


def delete_container(
    credentials: Credentials, path: ContainerPath, conditions: DeleteConditions | None = None
) -> None:
    """Delete an empty container with all its history, irrevocably (contract §2.3).

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ContainerNotEmptyError,
        ConditionFailedError.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.MANAGE)
    with transaction.atomic():
        lock_container_set(access, path)
        container = find_present(access, path)
        _require(conditions, container)
        versions = Version.objects.filter(container=container)
        kept = {"deleted": False} if container.versions_asked else {"valid_to": Infinity()}
        if versions.filter(**kept).exists():
            raise ContainerNotEmptyError(path.container)
        versions.delete()
        _delete(access, path, container)


def _delete(access: Access, path: ContainerPath, container: Container) -> None:
    # Its pending usage is left to whoever folds it, who has such rows first and then waits
    # for the container's: to wait for them here would be a deadlock.
    container.delete()
    touch_account(access)
    record_change("container.delete", access, path)


def empty_container(
    credentials: Credentials, path: ContainerPath, conditions: DeleteConditions | None = None
) -> None:
    """Delete every object of the container, which stays (contract §7, ``delimiter``).

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ConditionFailedError.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    with transaction.atomic():
        lock_containers(path)
        _require(conditions, find_present(access, path))
        tombstone_everything(access)


def purge_container(
    credentials: Credentials, path: ContainerPath, until: float, *, if_empty_delete: bool = False
) -> None:
    """Drop versions of all objects that began at or before ``until``; current ones stay.

    until: seconds since the epoch. Irrevocable (contract §2.3, DELETE).
    if_empty_delete: the container goes, too, if it has neither objects nor history afterwards.

    Raises: InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.OWN)
    with transaction.atomic():
        if if_empty_delete:
            lock_container_set(access, path)
        purge.purge_container.one({"container": access.container, "until": until})
        record_change("container.purge", access, path, until=until)
        if if_empty_delete and not Version.objects.filter(container=access.container).exists():
            _delete(access, path, find_present(access, path))


def tombstone_everything(access: Access) -> None:
    """Delete every object of the container, within the caller's transaction and lock."""
    everything = {"container": access.container, "first": "", "beyond": after("")}
    statements.tombstone_folder.one({**everything, "actor": access.actor, "moved": False})


def _require(conditions: DeleteConditions | None, container: Container) -> None:
    """Judge conditions by a container that is locked: it has a date, and no ETag.

    Raises: ConditionFailedError.
    """
    if conditions is None:
        return
    check_untagged(conditions.tags)
    if conditions.delete_at is not None:
        raise ConditionFailedError("X-If-Delete-At")
    since = conditions.unmodified_since
    pending = UsageDelta.objects.filter(container=container).aggregate(at=Max("at"))["at"]
    modified = max(container.modified, pending or container.modified)
    shared = since is not None and container_shares_second(container.id, modified)
    if Subject(modified, shares_second=shared).changed_since(since):
        raise ConditionFailedError("If-Unmodified-Since")
