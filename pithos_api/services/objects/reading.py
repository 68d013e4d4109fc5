"""Reading objects."""

from dataclasses import replace
from datetime import datetime
from time import time
from typing import NamedTuple

import orjson

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ObjectNotFoundError, PublicNotFoundError, VersionNotFoundError
from pithos_api.models import Version
from pithos_api.models.expressions import Infinity
from pithos_api.models.statements.objects.read_object import (
    FoundObject,
    OwnObject,
    VersionRow,
    list_versions,
    read_object,
    read_version,
)
from pithos_api.models.statements.objects.read_public import read_public
from pithos_api.services.access.permissions import (
    admit,
    authorize,
    check,
    parameters,
    require_container,
)
from pithos_api.services.objects.long_hashmaps import digests_of
from pithos_api.services.objects.small.reading import FoundRead, object_found, read_own
from pithos_api.services.objects.symlinks import columns
from pithos_api.services.storage.contents import Content
from pithos_api.values import (
    Access,
    Details,
    HeldBytes,
    ObjectPath,
    ObjectState,
    Right,
    Segmented,
    Sharing,
    StoredVersion,
)


class _ReadContent(NamedTuple):
    """What was read of a version's content. first: as of ``digests_of``; data, held: its own."""

    first: int | None
    data: bytes | None
    held: HeldBytes | None


def open_object(
    credentials: Credentials,
    path: ObjectPath,
    least: Right = Right.READ,
    *,
    content: bool = True,
) -> ObjectState:
    """Return the current state of ``path``; no content for HEAD.

    One statement for owners of what is not shared, else two; none if several requests were asked
    about together.

    least: the right that the caller must have.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError.
    """
    own = object_found(credentials, path, content=content)
    if own is None and credentials.token:  # without one nobody is an owner
        own = read_own(credentials, path, content=content)
    if own is not None:
        return _own_state(credentials, path, own)
    wanted = {**parameters(credentials, path), "content": content}
    found = admit(credentials, read_object.one(wanted), least)
    require_container(found.access, path)
    state = state_of(path, found)
    if state is None or has_expired(state):
        raise ObjectNotFoundError(path.name)
    return state


def open_version(
    credentials: Credentials,
    path: ObjectPath,
    serial: int,
    least: Right = Right.READ,
    *,
    content: bool = True,
) -> ObjectState:
    """Return a state that ``path`` had or has, under its current permissions (contract §2.4).

    least: the right that the caller must have, besides READ_HISTORY.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError.
        VersionNotFoundError: the path never had it, or it is a deletion.
    """
    wanted = {**parameters(credentials, path), "content": content, "serial": serial}
    found = admit(credentials, read_version.one(wanted), least | Right.READ_HISTORY)
    require_container(found.access, path)
    state = state_of(path, found)
    if state is None:
        raise VersionNotFoundError(path.name)
    return replace(state, is_past=True)


def open_public(key: str) -> ObjectState:
    """Return the object that is published under ``key``; no token is needed (contract §2.6).

    Raises: PublicNotFoundError: there is none, or it may not be read like this.
    """
    row = read_public.one({"key": key})
    if row is None:
        raise PublicNotFoundError
    reader = (0, "", False, row.owner, row.container, Right.READ, None, None)
    state = ObjectState(
        path=ObjectPath(row.account, row.container_name, row.name),
        version=_version_of(row.version, ""),
        access=Access(*reader, keeps_history=True),
        last_change=row.version.modified,
    )
    if has_expired(state):
        raise PublicNotFoundError
    return state


def is_manifest(state: ObjectState) -> bool:
    """Return whether the object reads as others joined, by their prefix or as a list of them."""
    details = state.version.details
    return details.manifest is not None or details.segmented is not None


def current_etags(access: Access, path: ObjectPath) -> tuple[bytes, ...]:
    """Return the ETags that the current version is known by, none where there is none."""
    found = Version.objects.filter(
        container_id=access.container, name=path.name, valid_to=Infinity()
    ).values_list("etag", "merkle", "segmented_etag")
    return tuple(bytes(etag) for etags in found for etag in etags if etag is not None)


def list_object_versions(credentials: Credentials, path: ObjectPath) -> list[tuple[int, datetime]]:
    """Return serial and time of every version of ``path``, oldest first, without deletions.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError.
        ObjectNotFoundError: there never was an object of that name.
    """
    access = authorize(credentials, path, Right.READ_HISTORY)
    rows = list_versions.all({"container": access.container, "name": path.name})
    if not rows:
        raise ObjectNotFoundError(path.name)
    return [(row.serial, row.valid_from) for row in rows if not row.deleted]


def _own_state(credentials: Credentials, path: ObjectPath, own: FoundRead) -> ObjectState:
    """Return what was found of the caller's own: they are owner and writer."""
    row: OwnObject = own.row
    access = Access(
        actor=row.actor,
        account=path.account,
        unnoted=row.unnoted,
        owner=row.actor,
        container=row.container,
        right=Right.OWN,
        account_quota=row.account_quota,
        container_quota=row.container_quota,
        keeps_history=row.keeps_history,
    )
    check(credentials, access, Right.OWN)
    details = Details(
        row.content_type,
        row.content_encoding,
        row.content_disposition,
        row.manifest,
        meta=orjson.loads(row.meta),
    )
    read = _ReadContent(own.asked.first, own.data, own.held)
    version = _stored_version(row, details, path.account, row.domains, read)
    return ObjectState(path, version, access, last_change=version.modified)


def state_of(path: ObjectPath, row: FoundObject) -> ObjectState | None:
    """Return what a statement found, None where there is no such version."""
    version, shared = row.version, row.sharing
    if version is None:
        return None
    lists = shared and Sharing(shared.path, tuple(shared.readers), tuple(shared.writers))
    return ObjectState(
        path=path,
        version=_version_of(version, row.writer or "", row.domains),
        access=row.access,
        last_change=row.last_change or version.modified,
        sharing=lists,
        public_key=row.public_key,
    )


def _stored_version(
    row: VersionRow | OwnObject,
    details: Details,
    writer: str,
    domains: str | None,
    read: _ReadContent,
) -> StoredVersion:
    merkle = bytes(row.merkle)
    return StoredVersion(
        serial=row.serial,
        uuid=row.uuid,
        size=row.size,
        etag=bytes(row.etag),
        merkle=merkle,
        details=details,
        modified=row.modified,
        modified_by=writer,
        digests=digests_of(row.serial, row.size, merkle, row.hashmap, read.first),
        domains=domains,
        shares_second=row.shares_second,
        data=read.data,
        held=read.held,
    )


def _version_of(row: VersionRow, writer: str, domains: str | None = None) -> StoredVersion:
    read = _ReadContent(None, None if row.data is None else bytes(row.data), None)
    return _stored_version(row, _details(row), writer, domains, read)


def _details(row: VersionRow) -> Details:
    segmented = None
    if row.segmented_size is not None and row.segmented_etag is not None:
        segmented = Segmented(row.segmented_size, bytes(row.segmented_etag))
    names_none = row.manifest is None and segmented is None and row.symlink is None
    return Details(
        content_type=row.content_type,
        content_encoding=row.content_encoding,
        content_disposition=row.content_disposition,
        manifest=row.manifest,
        segmented=segmented,
        manifest_by=None if names_none else row.manifest_by,
        symlink=None if row.symlink is None else columns.read(row.symlink),
        expires=row.expires,
        meta=orjson.loads(row.meta),
    )


def has_expired(state: ObjectState) -> bool:
    """Return whether an object has expired, even if ``upkeep.expiry`` has made no tombstone yet."""
    expires = state.version.details.expires
    return expires is not None and expires <= time()


def content_of(version: StoredVersion) -> Content:
    """Return what a version that was opened with its content is made of."""
    small = {} if version.data is None else {version.digests[0]: version.data}
    complete = len(version.digests) == 1
    return Content(version.size, version.digests, small, complete, version.held)
