"""Reading objects."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from accounts.credentials import Credentials
from pithos_api.errors import ObjectNotFoundError, PublicNotFoundError, VersionNotFoundError
from pithos_api.models import Version
from pithos_api.models.expressions import Infinity
from pithos_api.models.statements.read_object import (
    list_versions,
    read_object,
    read_own_object,
    read_version,
)
from pithos_api.models.statements.read_public import read_public
from pithos_api.services.contents import Content
from pithos_api.services.permissions import (
    Row,
    admit,
    authorize,
    parameters,
    require_container,
)
from pithos_api.services.versions import split_digests
from pithos_api.values import (
    Access,
    Details,
    ObjectPath,
    ObjectState,
    Right,
    Segmented,
    Sharing,
    StoredVersion,
)

# Where the version begins in a row: behind the access and the four columns of sharing.
_VERSION = len(Access._fields) + 4
_BEHIND = _VERSION + 15
_NOTHING_RARE: list[Any] = [None, None, None, None]


def open_object(
    credentials: Credentials,
    path: ObjectPath,
    least: Right = Right.READ,
    *,
    content: bool = True,
) -> ObjectState:
    """Return the current state of ``path``; no content for HEAD.

    One statement for owners of what is not shared, else two.

    least: the right that the caller must have.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError.
    """
    wanted = {**parameters(credentials, path), "content": content}
    row = read_own_object.one(wanted)
    if row is not None:
        return _own_state(credentials, path, row)
    row = read_object.one(wanted)
    access = admit(credentials, row, least)
    require_container(access, path)
    if row is None or row[_VERSION] is None:
        raise ObjectNotFoundError(path.name)
    state = _state(path, access, row)
    if _has_expired(state):
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

    least: the right that the caller must have, besides that to read the past.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError.
        VersionNotFoundError: the path never had it, or it is a deletion.
    """
    wanted = {**parameters(credentials, path), "content": content, "serial": serial}
    row = read_version.one(wanted)
    access = admit(credentials, row, least | Right.READ_PAST)
    require_container(access, path)
    if row is None or row[_VERSION] is None:
        raise VersionNotFoundError(path.name)
    return replace(_state(path, access, row), is_past=True)


def open_public(key: str) -> ObjectState:
    """Return the object that is published under ``key``; no token is needed (contract §2.6).

    Raises: PublicNotFoundError: there is none, or it may not be read like this.
    """
    row = read_public.one({"key": key})
    if row is None:
        raise PublicNotFoundError
    account, owner, container, container_name, name, *version, hashmap, data = row
    state = ObjectState(
        path=ObjectPath(account, container_name, name),
        version=_stored_version(version, "", None, hashmap, data),
        access=Access(0, "", False, owner, container, Right.READ, None, None, keeps_history=True),
        last_change=version[-1],
    )
    if _has_expired(state):
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
    ).values_list("etag", "segmented_etag")
    return tuple(bytes(etag) for etags in found for etag in etags if etag is not None)


def list_object_versions(credentials: Credentials, path: ObjectPath) -> list[tuple[int, datetime]]:
    """Return serial and time of every version of ``path``, oldest first, without deletions.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError.
        ObjectNotFoundError: there never was an object of that name.
    """
    access = authorize(credentials, path, Right.READ_PAST)
    rows = list_versions.all({"container": access.container, "name": path.name})
    if not rows:
        raise ObjectNotFoundError(path.name)
    return [(serial, moment) for serial, moment, deleted in rows if not deleted]


def _own_state(credentials: Credentials, path: ObjectPath, row: Row) -> ObjectState:
    """Return what ``read_own_object`` found: the caller is owner and writer."""
    actor, unnoted, container, quota, container_quota, keeps_history = row[:6]
    *fields, domains, hashmap, data = row[6:]
    own = (container, Right.OWN, quota, container_quota, keeps_history)
    version = _stored_version(fields, path.account, domains, hashmap, data)
    access = Access(actor, path.account, unnoted, actor, *own)
    admit(credentials, access, Right.OWN)
    return ObjectState(path, version, access, last_change=version.modified)


def _state(path: ObjectPath, access: Access, row: Row) -> ObjectState:
    granted, readers, writers, public_key = row[len(Access._fields) : _VERSION]
    version, last_change = _version(row)
    return ObjectState(
        path=path,
        version=version,
        access=access,
        last_change=last_change,
        sharing=None if granted is None else Sharing(granted, tuple(readers), tuple(writers)),
        public_key=public_key,
    )


def _version(row: Row) -> tuple[StoredVersion, datetime]:
    writer, last_change, domains, hashmap, data = row[_BEHIND:]
    fields = row[_VERSION:_BEHIND]
    return _stored_version(fields, writer or "", domains, hashmap, data), last_change


def _stored_version(
    fields: Sequence[Any], writer: str, domains: str | None, hashmap: Any, data: Any
) -> StoredVersion:
    serial, uuid, size, etag, merkle, *described, since = fields
    merkle = bytes(merkle)
    return StoredVersion(
        serial=serial,
        uuid=uuid,
        size=size,
        etag=bytes(etag),
        merkle=merkle,
        details=_details(*described),
        modified=since,
        modified_by=writer,
        digests=(merkle,) if hashmap is None else split_digests(bytes(hashmap)),
        domains=domains,
        data=None if data is None else bytes(data),
    )


def _details(kind: str, *columns: Any) -> Details:
    """Return the columns of a version as a value; ``read_own_object`` leaves out what is rare."""
    encoding, disposition, manifest, *rare, meta = columns
    size, etag, expires, setter = rare or _NOTHING_RARE
    segmented = None if size is None else Segmented(size, bytes(etag))
    if manifest is None and segmented is None:
        setter = None
    return Details(
        kind, encoding, disposition, manifest, segmented, setter, expires, orjson.loads(meta)
    )


def _has_expired(state: ObjectState) -> bool:
    """Return whether an object is gone, though ``services.expiry`` is yet to bury it."""
    expires = state.version.details.expires
    return expires is not None and expires <= datetime.now(UTC)


def content_of(version: StoredVersion) -> Content:
    """Return what a version that was opened with its content is made of."""
    small = {} if version.data is None else {version.digests[0]: version.data}
    return Content(version.size, version.digests, small, complete=len(version.digests) == 1)
