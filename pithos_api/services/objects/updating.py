"""Changing bytes and metadata of objects in place (contract §2.4, POST, §3.5)."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from django.db import transaction

from accounts.tokens.credentials import Credentials
from pithos_api.errors import (
    ObjectChangedError,
    QuotaExceededError,
    ShortSourceError,
    StaticLargeObjectError,
)
from pithos_api.services.access import sharing
from pithos_api.services.access.permissions import authorize_path, own_path
from pithos_api.services.access.preconditions import check_conditions
from pithos_api.services.containers.quotas import find_room, has_quota
from pithos_api.services.locks import lock_names
from pithos_api.services.metadata import SymlinkError, change_details
from pithos_api.services.objects import claims, reading
from pithos_api.services.objects.etags import is_late, known_md5
from pithos_api.services.objects.long_hashmaps import Hashes, hashes_of
from pithos_api.services.objects.publishing import NewVersion, publish_version
from pithos_api.services.objects.range_writes import truncate, write_range
from pithos_api.services.objects.writing import begin_write, bounded, receive, require_expiry
from pithos_api.services.storage.contents import BlockWriter, Content, md5_of
from pithos_api.services.storage.heavy_work import turn_at
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
from pithos_api.values.requests import DataUpdate, MetadataUpdate, SourceObject, WriteTarget
from web.bodies.body import NOTHING, RequestBody

# How often an update is made anew because another came in between, before it takes the lock.
_ATTEMPTS = 3

# What data updates answer tells of the bytes that stay: the size, the MD5 of the whole.
_TO_UPDATE = Right.READ | Right.WRITE


def update_metadata(
    credentials: Credentials, path: ObjectPath, update: MetadataUpdate
) -> ObjectState:
    """Change an object's metadata; its bytes stay (contract §2.4, POST metadata).

    A new version is made only if the details are to change.

    Returns: what was there before.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        ConditionFailedError, MetadataLimitError, GrantConflictError.
    """
    _begin(credentials, path, update)
    with transaction.atomic():
        lock_names(path)
        state = reading.open_object(credentials, path, Right.WRITE)
        check_conditions(update.conditions, state.version.etags)
        if update.change is not None:
            new = _next_version(state, reading.content_of(state.version), None, update)
            publish_version(state.access, path, new)
        if update.share != ShareChange():
            sharing.change_sharing(state.access, path, update.share)
    return state


def _right_to_read(source: SourceObject) -> Right:
    return Right.READ if source.serial is None else Right.READ | Right.READ_HISTORY


def _begin(credentials: Credentials, path: ObjectPath, update: MetadataUpdate) -> None:
    """Check what can be checked before the body is read."""
    change = update.change or DetailsChange()
    access = begin_write(credentials, path, Conditions(), update.share, change.manifest)
    require_expiry(access, change.expires)


def update_data(
    credentials: Credentials, path: ObjectPath, update: DataUpdate, body: RequestBody = NOTHING
) -> Published:
    """Write bytes into an object, or append or cut (contract §3.5); the type and UUID stay.

    The new bytes are kept first. Then the version is built on the current one. If another version
    came in between, it is built again, in the end under the lock. So of many appends at once
    every one survives.

    body: the new bytes, unless the update names their source.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError,
        ConditionFailedError, RangeError, RangeLengthError, ShortSourceError,
        MetadataLimitError, GrantConflictError, QuotaExceededError, BusyError, ClientGoneError;
        the body's as for a PUT.
        StaticLargeObjectError: the bytes are a list of segments. SymlinkError: there are none.
    """
    source = _source(credentials, update)
    _begin(credentials, path, update.metadata)
    state = _open(credentials, path, update)
    if source is not None:
        new = _bytes_of(credentials, source, update.target)
    else:
        new = _taken(credentials, state.access, _admitted(state, update, body))
    with (
        claims.counted_if_unnamed(credentials, state.access.actor, new.put, new.begun),
        turn_at(state.access.actor, _most_read(state, update, new.content)),
    ):
        for _ in range(_ATTEMPTS):
            with suppress(ObjectChangedError):
                return _rewrite(credentials, path, update, new)
        with transaction.atomic():
            lock_names(path)
            return _rewrite(credentials, path, update, new)


def _most_read(state: ObjectState, update: DataUpdate, new: Content) -> int:
    """Return how many bytes the update may have to read: of what is new, and for the MD5.

    Raises: as ``WriteTarget.place``.
    """
    old = state.version.size
    whole = max(old, update.target.place(old, new.size) + new.size)
    whole = whole if update.size is None else min(whole, update.size)
    return new.size if is_late(whole) else new.size + whole


def _source(credentials: Credentials, update: DataUpdate) -> SourceObject | None:
    """Return the object that the update takes its bytes from; who may not read it gets no 404.

    Raises: InvalidTokenError, NotAllowedError.
    """
    if update.source is None:
        return None
    path = own_path(credentials, update.source.path)
    authorize_path(credentials, path, _right_to_read(update.source))
    return replace(update.source, path=path)


def _open(credentials: Credentials, path: ObjectPath, update: DataUpdate) -> ObjectState:
    """Return what the update is to be built on.

    Raises: StaticLargeObjectError, SymlinkError, ConditionFailedError; as ``open_object``.
    """
    state = reading.open_object(credentials, path, _TO_UPDATE)
    if state.version.details.segmented is not None:
        raise StaticLargeObjectError
    if state.version.details.symlink is not None:
        raise SymlinkError
    check_conditions(update.metadata.conditions, state.version.etags)
    return state


def _admitted(state: ObjectState, update: DataUpdate, body: RequestBody) -> RequestBody:
    """Return the update's body; raise before it is read if the update cannot succeed.

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


def _taken(credentials: Credentials, access: Access, body: RequestBody) -> _NewBytes:
    taken = receive(credentials, access, body)
    content = Content(taken.size, taken.digests, taken.inline, complete=True)
    return _NewBytes(content, taken.lengths, taken.begun, taken.put)


def _bytes_of(credentials: Credentials, source: SourceObject, target: WriteTarget) -> _NewBytes:
    if source.serial is None:
        state = reading.open_object(credentials, source.path)
    else:
        state = reading.open_version(credentials, source.path, source.serial)
    return _first_bytes(reading.content_of(state.version), target)


def _first_bytes(content: Content, target: WriteTarget) -> _NewBytes:
    """Return the source's first bytes, as many as the target's range takes.

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
    old = reading.content_of(state.version)
    writer = BlockWriter()
    start = update.target.place(old.size, new.content.size)
    content = write_range(old, start, new.content, writer)
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
    """Return the content as a version built on ``state``; the writer may then name its blocks.

    If the content has changed, it may be read for its MD5, so no transaction should be open.
    kept: None if only metadata changes, and hence no block.

    Raises: as ``md5_of``.
    """
    version = state.version
    details = version.details
    unchanged = (content.size, content.digests) == (version.size, version.digests)
    lengths = kept.lengths if kept else {}
    hashes = Hashes(version.merkle) if unchanged else hashes_of(content.digests)
    return NewVersion(
        size=content.size,
        etag=version.etag if unchanged else _etag(content, hashes.merkle),
        digests=content.digests,
        details=details if update.change is None else change_details(details, update.change),
        blocks={digest: lengths[digest] for digest in set(content.digests) & lengths.keys()},
        small=content.small,
        begun=kept.begun if kept else 0.0,
        built_on=version.serial,
        takes=kept is not None,
        merkle=hashes.merkle,
        pieces=hashes.pieces,
    )


def _etag(content: Content, merkle: bytes) -> bytes:
    if is_late(content.size):
        return known_md5(merkle, content.size) or merkle
    return md5_of(content)
