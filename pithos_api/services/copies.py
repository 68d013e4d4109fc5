"""Copying and moving objects: rows only, no byte is touched."""

from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import uuid4

from django.db import transaction

from accounts.credentials import Credentials
from pithos_api.errors import ContainerNotFoundError, NotAllowedError, ObjectChangedError
from pithos_api.services import deletions, downloads, folders, segments, sharing
from pithos_api.services.folders import FolderPair
from pithos_api.services.locks import lock_containers, lock_names
from pithos_api.services.metadata import change_details
from pithos_api.services.permissions import authorize_path, require_unconfined
from pithos_api.services.quota import QuotaGuard
from pithos_api.services.scopes import require_manifest
from pithos_api.services.uploads import begin_write, check_conditions, require_expiry
from pithos_api.services.versions import NewVersion, Origin, publish_version
from pithos_api.values import (
    Access,
    Conditions,
    Details,
    DetailsChange,
    ObjectPath,
    ObjectState,
    Published,
    Right,
    ShareChange,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """What is to be copied or moved where, and what of it changes on the way.

    serial: a version of the source; None is the current one. Moves have none.
    source_conditions, conditions: of the source and of what is at the destination.
    delimiter: also all names that begin with the source's name and this; "" is none.
    """

    source: ObjectPath
    destination: ObjectPath
    change: DetailsChange
    serial: int | None = None
    source_conditions: Conditions = Conditions()
    conditions: Conditions = Conditions()
    share: ShareChange = ShareChange()
    delimiter: str = ""


def copy_object(credentials: Credentials, copy: Copy) -> Published:
    """Copy an object, with its whole folder if asked, in one transaction (contract §2.4).

    The copy has a new UUID, unless it is made onto itself. The caller may name the copied
    blocks in hashmaps from now on.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        VersionNotFoundError, ConditionFailedError, GrantConflictError, QuotaExceededError,
        OverlappingFoldersError, BrokenListError.
    """
    least = _right_to_copy(copy)
    target = _begin(credentials, copy, least)
    if not copy.delimiter and copy.share == ShareChange():
        with suppress(ObjectChangedError):
            return _copy_one(target, copy, _open(credentials, copy, least))
    with transaction.atomic():
        _lock(copy)
        source = _open(credentials, copy, least)
        published = _copy_one(target, copy, source)
        if copy.delimiter:
            folders.copy_folder(source.access, target, _folders(copy))
    return published


def _right_to_copy(copy: Copy) -> Right:
    """Return what the caller must be allowed at the source."""
    if copy.delimiter:
        return Right.OWN
    return Right.READ if copy.serial is None else Right.READ | Right.READ_PAST


def _copy_one(target: Access, copy: Copy, source: ObjectState) -> Published:
    """Publish a copy of the source, unless that was changed since it was opened.

    Raises: ObjectChangedError; as ``publish_version`` and ``sharing.change_sharing``.
    """
    segments.as_whole(source)  # a list that cannot be read is not spread
    uuid = None if copy.source == copy.destination else str(uuid4())
    current = None if source.is_past else source.version.serial
    new = replace(
        _copied(source, target, copy, uuid), takes=True, origin=Origin(copy.source, current)
    )
    return _publish(target, copy, new)


def open_source(credentials: Credentials, copy: Copy) -> ObjectState:
    """Return what is to be copied, with its content.

    Raises: as ``copy_object``.
    """
    _begin_write(credentials, copy)
    return _open(credentials, copy, _right_to_copy(copy))


def move_object(credentials: Credentials, copy: Copy) -> Published:
    """Move an object, with its whole folder if asked, in one transaction (contract §2.4).

    It keeps its UUID. The source leaves a tombstone; its sharing and publication end.

    Raises: as ``copy_object``; NotAllowedError also where the caller does not own the source.
    """
    target = _begin(credentials, copy, Right.OWN)
    with transaction.atomic():
        _lock(copy)
        source = _open(credentials, copy, Right.OWN)
        new = _copied(source, target, copy, source.version.uuid)
        if copy.source == copy.destination:
            return _publish(target, copy, new)
        with QuotaGuard(target):  # judges the whole: a move within an account uses no more of it
            deletions.bury(source.access, copy.source)
            if copy.delimiter:
                folders.move_folder(source.access, target, _folders(copy))
            return _publish(target._replace(account_quota=0, container_quota=0), copy, new)


def _begin(credentials: Credentials, copy: Copy, least: Right) -> Access:
    """Check what can be checked without a lock; return the access to the destination."""
    try:
        target = _begin_write(credentials, copy)
    except ContainerNotFoundError:
        authorize_path(credentials, copy.source, least)  # 403 goes before 404 (contract §4)
        raise
    if copy.delimiter:
        require_unconfined(credentials)  # for the sake of manifests among them
        _folders(copy).check()
        # A grant on ``doc`` covers ``doc/x``, but neither ``doc-x`` nor ``document``.
        if target.right < Right.OWN and not copy.delimiter.startswith("/"):
            raise NotAllowedError
    return target


def _begin_write(credentials: Credentials, copy: Copy) -> Access:
    manifest = copy.change.manifest
    return begin_write(credentials, copy.destination, copy.conditions, copy.share, manifest)


def _open(credentials: Credentials, copy: Copy, least: Right) -> ObjectState:
    """Return the source as it is now, whose conditions hold."""
    if copy.serial is None:
        state = downloads.open_object(credentials, copy.source, least)
    else:
        state = downloads.open_version(credentials, copy.source, copy.serial, least)
    check_conditions(copy.source_conditions, state.version.etags)
    _check_manifest(credentials, state)
    return state


def _check_manifest(credentials: Credentials, state: ObjectState) -> None:
    """A manifest is read with all the rights of whoever set it, which the credentials limit.

    Raises: NotAllowedError: it names what the credentials do not reach.
    """
    details = state.version.details
    if details.segmented is not None:
        require_unconfined(credentials)
    require_manifest(credentials, state.path.account, details.manifest)


def _lock(copy: Copy) -> None:
    if copy.delimiter:
        lock_containers(copy.source, copy.destination)
    lock_names(copy.source, copy.destination)


def _folders(copy: Copy) -> FolderPair:
    return FolderPair(copy.source, copy.destination, copy.delimiter)


def _copied(source: ObjectState, target: Access, copy: Copy, uuid: str | None) -> NewVersion:
    """Return the version that the destination gets: the source's content and details, changed."""
    version = source.version
    details = change_details(version.details, copy.change)
    return NewVersion(
        size=version.size,
        etag=version.etag,
        digests=version.digests,
        details=replace(details, manifest_by=_setter(details, target, copy)),
        uuid=uuid,
        domains=version.domains,
    )


def _setter(details: Details, target: Access, copy: Copy) -> int | None:
    """Return who has set the copied manifest; 0, anybody, where a writer puts another's elsewhere.

    Else a writer could put a manifest of the owner's, whose parts they may not read, onto a name
    that is published. The owner lends what they lend by their own leave.
    """
    stays = copy.source == copy.destination and copy.serial is None
    if stays or target.right == Right.OWN or details.manifest_by in {None, target.actor}:
        return details.manifest_by
    return 0


def _publish(target: Access, copy: Copy, new: NewVersion) -> Published:
    require_expiry(target, new.details.expires)
    published = publish_version(target, copy.destination, new, copy.conditions)
    if copy.share != ShareChange():
        sharing.change_sharing(target, copy.destination, copy.share)
    return published
