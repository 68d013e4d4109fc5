"""Changing parts of objects, and what is said of them, in place (contract §2.4, POST, §3.5)."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from django.db import transaction

from accounts.credentials import Credentials
from pithos_api.errors import (
    ObjectChangedError,
    QuotaExceededError,
    ShortSourceError,
    StaticLargeObjectError,
)
from pithos_api.services import claims, downloads, sharing
from pithos_api.services.contents import BlockWriter, Content, md5_of
from pithos_api.services.heavy_work import turn_at
from pithos_api.services.locks import lock_names
from pithos_api.services.metadata import change_details
from pithos_api.services.permissions import authorize_path
from pithos_api.services.quota import find_room, has_quota
from pithos_api.services.splicing import Target, splice, truncate
from pithos_api.services.uploads import (
    Body,
    begin_write,
    bounded,
    check_conditions,
    require_expiry,
    take,
)
from pithos_api.services.versions import NewVersion, publish_version
from pithos_api.values import (
    Access,
    Conditions,
    DetailsChange,
    ObjectPath,
    ObjectState,
    Published,
    Right,
    ShareChange,
)

# How often an update is made anew because another came in between, before it takes the lock.
_ATTEMPTS = 3

# What data updates answer tells of the bytes that stay: the size, the MD5 of the whole.
_TO_UPDATE = Right.READ | Right.WRITE


@dataclass(frozen=True, slots=True)
class MetadataUpdate:
    """What a POST without data changes. change: None leaves the details as they are."""

    change: DetailsChange | None
    conditions: Conditions
    share: ShareChange


@dataclass(frozen=True, slots=True)
class SourceObject:
    """An object whose bytes, from its start, an update takes. serial: None is the current one."""

    path: ObjectPath
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class DataUpdate:
    """What a POST with data changes: where, with which bytes, and what is said of the object.

    data: the request's body, or another object. size: cut the object to it; None keeps all.
    """

    target: Target
    data: Body | SourceObject
    size: int | None
    metadata: MetadataUpdate


def update_metadata(credentials: Credentials, path: ObjectPath, update: MetadataUpdate) -> None:
    """Change what is said of an object; its bytes stay (contract §2.4, POST metadata).

    A new version is made only if the details are to change.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        ConditionFailedError, MetadataLimitError, GrantConflictError.
    """
    _begin(credentials, path, update)
    with transaction.atomic():
        lock_names(path)
        state = downloads.open_object(credentials, path, Right.WRITE)
        check_conditions(update.conditions, state.version.etags)
        if update.change is not None:
            new = _next_version(state, downloads.content_of(state.version), None, update)
            publish_version(state.access, path, new)
        if update.share != ShareChange():
            sharing.change_sharing(state.access, path, update.share)


def _right_to_read(source: SourceObject) -> Right:
    return Right.READ if source.serial is None else Right.READ | Right.READ_PAST


def _begin(credentials: Credentials, path: ObjectPath, update: MetadataUpdate) -> None:
    """Check what can be checked before the body is read."""
    change = update.change or DetailsChange()
    access = begin_write(credentials, path, Conditions(), update.share, change.manifest)
    require_expiry(access, change.expires)


def update_data(credentials: Credentials, path: ObjectPath, update: DataUpdate) -> Published:
    """Write bytes into an object, or append or cut (contract §3.5); the type and UUID stay.

    The new bytes are kept first. Then the version is built on what is current; if another
    came in between it is built again, in the end under the lock, so that of many appends at
    once every one survives.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        ConditionFailedError, RangeError, RangeLengthError, ShortSourceError,
        MetadataLimitError, GrantConflictError, QuotaExceededError, BusyError, ClientGoneError;
        the body's as for a PUT.
        StaticLargeObjectError: the bytes are a list of segments.
    """
    if isinstance(update.data, SourceObject):
        authorize_path(credentials, update.data.path, _right_to_read(update.data))  # before any 404
    _begin(credentials, path, update.metadata)
    state = _open(credentials, path, update)
    if isinstance(update.data, Body):
        update = replace(update, data=_admitted(state, update, update.data))
    new = _new_bytes(credentials, state.access, update)
    with (
        claims.counted_if_unnamed(credentials, state.access.actor, new.put, new.begun),
        turn_at(state.access.actor, state.version.size + new.content.size),
    ):
        for _ in range(_ATTEMPTS):
            with suppress(ObjectChangedError):
                return _rewrite(credentials, path, update, new)
        with transaction.atomic():
            lock_names(path)
            return _rewrite(credentials, path, update, new)


def _open(credentials: Credentials, path: ObjectPath, update: DataUpdate) -> ObjectState:
    """Return what the update is to be built on.

    Raises: StaticLargeObjectError, ConditionFailedError; as ``open_object``.
    """
    state = downloads.open_object(credentials, path, _TO_UPDATE)
    if state.version.details.segmented is not None:
        raise StaticLargeObjectError
    check_conditions(update.metadata.conditions, state.version.etags)
    return state


def _admitted(state: ObjectState, update: DataUpdate, body: Body) -> Body:
    """Return the update's body, which fails before it is read if it can be told by then.

    Raises: RangeError, RangeLengthError; QuotaExceededError: also while it is read.
    """
    size, start = state.version.size, update.target.start
    if body.length is not None:
        start = update.target.place(size, body.length)
    start = size if start is None else min(start, size)
    if not has_quota(state.access):
        return body
    # Also what is cut afterwards would be stored before.
    return bounded(body, find_room(state.access, state.path) - start, QuotaExceededError)


@dataclass(frozen=True, slots=True)
class _NewBytes:
    """What is to be written, durable. lengths: of the blocks that the request brought.

    begun: monotonic time before the first of them was put. put: those that are in the store.
    """

    content: Content
    lengths: Mapping[bytes, int]
    begun: float
    put: Mapping[bytes, int] = field(default_factory=dict)


def _new_bytes(credentials: Credentials, access: Access, update: DataUpdate) -> _NewBytes:
    if isinstance(update.data, Body):
        taken = take(credentials, access, update.data)
        content = Content(taken.size, taken.digests, taken.inline, complete=True)
        return _NewBytes(content, taken.lengths, taken.begun, taken.put)
    source = update.data
    if source.serial is None:
        state = downloads.open_object(credentials, source.path)
    else:
        state = downloads.open_version(credentials, source.path, source.serial)
    return _first_bytes(downloads.content_of(state.version), update.target)


def _first_bytes(content: Content, target: Target) -> _NewBytes:
    """Return as much of the source's start as the target's range takes.

    Raises: ShortSourceError: it has less.
    """
    if target.stop is None or target.start is None:
        return _NewBytes(content, {}, time.monotonic())
    length = target.stop - target.start
    if length > content.size:
        raise ShortSourceError(length, content.size)
    writer = BlockWriter()
    cut = truncate(content, length, writer)
    writer.settle()
    return _NewBytes(cut, writer.lengths, writer.begun)


def _rewrite(
    credentials: Credentials, path: ObjectPath, update: DataUpdate, new: _NewBytes
) -> Published:
    """Build the next version on the current one and publish it.

    Raises: ObjectChangedError: another version came in between.
    """
    state = _open(credentials, path, update)
    old = downloads.content_of(state.version)
    writer = BlockWriter()
    start = update.target.place(old.size, new.content.size)
    content = splice(old, start, new.content, writer)
    if update.size is not None:
        content = truncate(content, update.size, writer)
    writer.settle()
    kept = _Kept({**new.lengths, **writer.lengths}, new.begun)
    version = _next_version(state, content, kept, update.metadata)
    with transaction.atomic():
        published = publish_version(state.access, path, version)
        if update.metadata.share != ShareChange():
            sharing.change_sharing(state.access, path, update.metadata.share)
    return published


@dataclass(frozen=True, slots=True)
class _Kept:
    """Blocks that may be new to the store, digest to length, put since ``begun``."""

    lengths: Mapping[bytes, int]
    begun: float


def _next_version(
    state: ObjectState, content: Content, kept: _Kept | None, update: MetadataUpdate
) -> NewVersion:
    """Return the content as a version built on ``state``; its blocks become the writer's to name.

    All of it is read for its MD5, if it is not what it was: no transaction should be open.
    kept: None if only what is said of the object changes; then no block does.

    Raises: as ``md5_of``.
    """
    version = state.version
    details = version.details
    unchanged = (content.size, content.digests) == (version.size, version.digests)
    lengths = kept.lengths if kept else {}
    return NewVersion(
        size=content.size,
        etag=version.etag if unchanged else md5_of(content),
        digests=content.digests,
        details=details if update.change is None else change_details(details, update.change),
        blocks={digest: lengths[digest] for digest in set(content.digests) & lengths.keys()},
        small=content.small,
        begun=kept.begun if kept else 0.0,
        built_on=version.serial,
        takes=kept is not None,
    )
