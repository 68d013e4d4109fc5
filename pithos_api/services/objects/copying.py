"""Copying and moving objects. Only rows are written, no bytes."""

from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from uuid import uuid4

from django.db import transaction

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ContainerNotFoundError, NotAllowedError, ObjectChangedError
from pithos_api.models.statements.objects.folders import FolderObject
from pithos_api.services.access import sharing
from pithos_api.services.access.permissions import authorize_path, own_path, require_unconfined
from pithos_api.services.access.preconditions import check_conditions
from pithos_api.services.access.scopes import require_manifest, require_symlink
from pithos_api.services.containers.quotas import QuotaGuard
from pithos_api.services.locks import anew_after_circles, lock_containers, lock_names
from pithos_api.services.metadata import change_details
from pithos_api.services.objects import deleting, folders, reading
from pithos_api.services.objects.folders import FolderPair
from pithos_api.services.objects.large_objects import crossing, static_large_objects
from pithos_api.services.objects.publishing import NewVersion, Origin, publish_version
from pithos_api.services.objects.symlinks import columns
from pithos_api.services.objects.symlinks.following import followed
from pithos_api.services.objects.writing import begin_write, require_expiry
from pithos_api.services.storage.heavy_work import turn_at_names
from pithos_api.services.storage.long_reads import while_client_waits
from pithos_api.values import (
    Access,
    Details,
    ObjectState,
    Published,
    Right,
    ShareChange,
)
from pithos_api.values.requests import Copy


@anew_after_circles
def copy_object(credentials: Credentials, copy: Copy) -> Published:
    """Copy an object, with its whole folder if asked, in one transaction (contract §2.4).

    The copy has a new UUID, unless it is made onto itself. The caller may name the copied
    blocks in hashmaps from now on.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        VersionNotFoundError, ConditionFailedError, GrantConflictError, QuotaExceededError,
        OverlappingFoldersError, BrokenListError.
        InvalidSegmentListError: the copy of a static large object could not be read.
    """
    copy = resolved(credentials, copy)
    least = _right_to_copy(copy)
    target = _begin(credentials, copy, least)
    if not copy.delimiter and copy.share == ShareChange():
        with suppress(ObjectChangedError):
            source = _open(credentials, copy, least)
            copy = led(copy, source)
            crossing.require_segments(credentials, target, copy, source)
            return _copy_one(target, copy, source)
    if copy.follows:
        copy = led(copy, _open(credentials, copy, least))
    with _turn_at(target, copy), transaction.atomic(), _watch(copy):
        _lock(copy)
        source = _open(credentials, copy, least)
        crossing.require_segments(credentials, target, copy, source)
        published = _copy_one(target, copy, source)
        if copy.delimiter:
            below = _below(credentials, source.access, target, copy)
            folders.copy_folder(target, _folders(copy), below)
    return published


def resolved(credentials: Credentials, copy: Copy) -> Copy:
    """Return the copy with the caller's own account where it names none.

    Raises: InvalidTokenError.
    """
    if copy.source.account and copy.destination.account:
        return copy
    source, destination = (own_path(credentials, each) for each in (copy.source, copy.destination))
    return replace(copy, source=source, destination=destination)


def led(copy: Copy, source: ObjectState) -> Copy:
    """Return the copy of what was opened, to which a symlink may have led."""
    if source.path == copy.source:
        return copy
    return replace(copy, source=source.path, serial=None, follows=False)


def _right_to_copy(copy: Copy) -> Right:
    """Return what the caller must be allowed at the source."""
    if copy.delimiter:
        return Right.OWN
    return Right.READ if copy.serial is None else Right.READ | Right.READ_HISTORY


def _copy_one(target: Access, copy: Copy, source: ObjectState) -> Published:
    """Publish a copy of the source, unless that was changed since it was opened.

    Raises: ObjectChangedError; as ``publish_version`` and ``sharing.change_sharing``.
    """
    static_large_objects.as_whole(source)  # a list that cannot be read is not spread
    uuid = None if copy.source == copy.destination else str(uuid4())
    current = None if source.is_past else source.version.serial
    new = replace(
        _copied(source, target, copy, uuid), takes=True, origin=Origin(copy.source, current)
    )
    return _publish(target, copy, new)


def open_source(credentials: Credentials, copy: Copy) -> ObjectState:
    """Return what is to be copied, with its content. A symlink may have led to it: see ``led``.

    Raises: as ``copy_object``.
    """
    copy = resolved(credentials, copy)
    least = _right_to_copy(copy)
    _begin(credentials, copy, least)
    return _open(credentials, copy, least)


@anew_after_circles
def move_object(credentials: Credentials, copy: Copy) -> Published:
    """Move an object, with its whole folder if asked, in one transaction (contract §2.4).

    It keeps its UUID. A tombstone takes the source's place; its sharing and publication end.

    Raises: as ``copy_object``; NotAllowedError also where the caller does not own the source.
    """
    copy = resolved(credentials, copy)
    target = _begin(credentials, copy, Right.OWN)
    with _turn_at(target, copy), transaction.atomic(), _watch(copy):
        _lock(copy)
        source = _open(credentials, copy, Right.OWN)
        if copy.source.account != copy.destination.account:
            crossing.require_segments(credentials, target, copy, source)
        new = _copied(source, target, copy, source.version.uuid)
        if copy.source == copy.destination:
            return _publish(target, copy, new)
        with QuotaGuard(target):  # judges the whole: a move within an account uses no more of it
            deleting.tombstone(source.access, copy.source)
            if copy.delimiter:
                below = _below(credentials, source.access, target, copy)
                folders.move_folder(source.access, target, _folders(copy), below)
            return _publish(target, copy, replace(new, quota_guarded=True, moved=True))


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
        state = reading.open_object(credentials, copy.source, least)
    else:
        state = reading.open_version(credentials, copy.source, copy.serial, least)
    if copy.follows:
        state = followed(credentials, state)
    check_conditions(copy.source_conditions, state.version.etags)
    _check_named(credentials, state)
    return state


def _check_named(credentials: Credentials, state: ObjectState) -> None:
    """Make sure that the credentials reach what the copied manifest or symlink names.

    Raises: NotAllowedError: it names what the credentials do not reach.
    """
    details = state.version.details
    if details.segmented is not None:
        require_unconfined(credentials)
    require_manifest(credentials, state.path.account, details.manifest)
    require_symlink(credentials, state.path.account, details.symlink)


def _turn_at(target: Access, copy: Copy) -> AbstractContextManager[None]:
    """Wait for a turn where a folder of very many objects is copied or moved."""
    if not copy.delimiter:
        return nullcontext()
    below = f"{copy.source.name}{copy.delimiter}"
    return turn_at_names(target.actor, copy.source, below)


def _watch(copy: Copy) -> AbstractContextManager[None]:
    """End the statements that copy or move a folder once the client has hung up."""
    return while_client_waits() if copy.delimiter else nullcontext()


def _lock(copy: Copy) -> None:
    if copy.delimiter:
        lock_containers(copy.source, copy.destination)
    lock_names(copy.source, copy.destination)


def _below(
    credentials: Credentials, origin: Access, target: Access, copy: Copy
) -> list[FolderObject]:
    """Return what is below the source, all of which can go to the destination as it is.

    Raises: NameTooLongError; as ``crossing.require_all_kept``.
    """
    below = folders.list_folder(origin, _folders(copy))
    crossing.require_all_kept(credentials, target, copy, below)
    return below


def _folders(copy: Copy) -> FolderPair:
    return FolderPair(copy.source, copy.destination, copy.delimiter)


def _copied(source: ObjectState, target: Access, copy: Copy, uuid: str | None) -> NewVersion:
    """Return the version that the destination gets: the source's content and details, changed."""
    version = source.version
    details = change_details(version.details, copy.change)
    return NewVersion(
        size=version.size,
        etag=version.etag,
        merkle=version.merkle,
        digests=version.digests,
        details=replace(
            details,
            manifest_by=_setter(details, target, copy),
            symlink=columns.leaving(details.symlink, source.path.account, copy.destination.account),
        ),
        uuid=uuid,
        domains=version.domains,
    )


def _setter(details: Details, target: Access, copy: Copy) -> int | None:
    """Return who set the manifest of the copy; 0, anybody, if a writer copies another's manifest.

    Otherwise a writer could copy a manifest of the owner's, whose parts the writer may not read,
    onto a published name, and so show the parts to everybody.
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
