"""Archives as Swift had them before its object versioning: containers of what was overwritten.

Nothing is lost without them, as every state is kept anyhow. So the archive gets its copy, which
costs no space, after the write, from what is history by then.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from accounts.tokens.credentials import NO_TOKEN, Credentials
from pithos_api.models import Container, Version
from pithos_api.models.expressions import Infinity
from pithos_api.services.containers.changing import create_container
from pithos_api.services.objects.copying import copy_object
from pithos_api.services.objects.deleting import delete_object
from pithos_api.services.objects.writing import store_object
from pithos_api.values import (
    MAX_OBJECT_BYTES,
    ContainerPath,
    DeleteConditions,
    Details,
    DetailsChange,
    MetaChange,
    ObjectPath,
    PolicyChange,
    Published,
    Right,
)
from pithos_api.values.requests import ContainerChange, Copy, Upload
from web.bodies.body import NOTHING
from web.errors import PithosError, Unavailable

log = logging.getLogger(__name__)

DELETED: Final = "application/x-deleted;swift_versions_deleted=1"
"""The type of what stands for a deletion."""

_PLAIN: Final = ContainerChange(MetaChange({}, replace=False), PolicyChange({}, reset=False))


def archived(path: ObjectPath, stored: Published) -> Published:
    """Copy what ``stored`` has replaced at ``path`` to the archive, if there is one."""
    if stored.archives:
        _archive(path, stored.serial)
    return stored


def delete_archived(
    credentials: Credentials, path: ObjectPath, conditions: DeleteConditions | None = None
) -> int:
    """Delete an object as Swift's clients do, who may delete where they may write.

    If the container has an archive, that gets the object and a mark that it was deleted; or what
    was archived last comes back.

    Returns: the serial of the tombstone.

    Raises: as ``delete_object``.
    """
    deleted = delete_object(credentials, path, conditions, Right.DELETE)
    if deleted.access.archives:
        container = _container(path)
        if container.archives_deletions:
            _archive(path, deleted.serial)
            _mark(path, container, deleted.serial)
        else:
            _bring_back(path, container)
    return deleted.serial


def _container(path: ObjectPath) -> Container:
    return Container.objects.get(account__account=path.account, name=path.container)


def _owner(path: ObjectPath) -> Credentials:
    return Credentials(NO_TOKEN, vouched=path.account)


def _archive(path: ObjectPath, serial: int) -> None:
    """Copy the state before a version, or before a tombstone, to the archive by reference."""
    container = _container(path)
    versions = Version.objects.filter(container=container, name=path.name, serial__lt=serial)
    before = versions.order_by("-serial").first()
    if before is None or before.deleted:
        return
    place = _place(path, container, before)
    if place is None:
        return
    change = Copy(source=path, destination=place, change=DetailsChange(), serial=before.serial)
    with _forgiven(path):
        _make(place)
        copy_object(_owner(path), change)


def _mark(path: ObjectPath, container: Container, serial: int) -> None:
    """Put what stands for a deletion into the archive."""
    place = _place(path, container, Version.objects.get(serial=serial))
    if place is not None:
        with _forgiven(path):
            _make(place)
            store_object(_owner(path), place, Upload(Details(DELETED)), NOTHING)


@contextmanager
def _forgiven(path: ObjectPath) -> Iterator[None]:
    """Let the write be done although the archive refuses its copy, which is history then.

    It may have no room, or be another interface's, or segments of a large object may be gone.
    """
    try:
        yield
    except Unavailable:
        raise
    except PithosError as error:
        log.warning("nothing of %s is archived: %s", path, error)


def _make(place: ObjectPath) -> None:
    create_container(_owner(place), ContainerPath(place.account, place.container), _PLAIN)


def _prefix(path: ObjectPath) -> str:
    """Return what the archive's names of an object begin with: its length, and it."""
    return f"{len(path.name.encode()):03x}{path.name}/"


def _place(path: ObjectPath, container: Container, version: Version) -> ObjectPath | None:
    """Return where a version is archived, None where names cannot be as long."""
    name = f"{_prefix(path)}{version.valid_from.timestamp():016.5f}"
    if len(name.encode()) > MAX_OBJECT_BYTES:
        log.warning("the name of %s is too long for an archive; it is history alone", path)
        return None
    return ObjectPath(path.account, container.archive or "", name)


def _bring_back(path: ObjectPath, container: Container) -> None:
    """Move what was archived last back, if there is anything."""
    archive = Container.objects.filter(account=container.account_id, name=container.archive).first()
    if archive is None:
        return
    kept = Version.objects.filter(container=archive.pk, valid_to=Infinity())
    last = kept.filter(name__startswith=_prefix(path)).order_by("-name").first()
    if last is None:
        return
    place = ObjectPath(path.account, archive.name, last.name)
    owner = _owner(path)
    with _forgiven(path):
        copy_object(owner, Copy(source=place, destination=path, change=DetailsChange()))
        delete_object(owner, place)
