"""The terms of the store as frozen values, without I/O. Sizes are bytes, times aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

DIGEST_SIZE = 32
MD5_SIZE = 16


@dataclass(frozen=True, slots=True)
class ContainerPath:
    """A container as a request names it. account is lower-case."""

    account: str
    container: str

    def __str__(self) -> str:
        return f"{self.account}/{self.container}"


@dataclass(frozen=True, slots=True)
class ObjectPath:
    """An object as a request names it. account is lower-case; name may hold any slashes."""

    account: str
    container: str
    name: str

    def __str__(self) -> str:
        return f"{self.account}/{self.container}/{self.name}"


@dataclass(frozen=True, slots=True)
class Details:
    """What a client says of an object besides its bytes.

    meta: user metadata, canonical key (``Some-Key``) to value.
    manifest: ``container/prefix`` of a manifest object.
    """

    content_type: str
    content_encoding: str | None = None
    content_disposition: str | None = None
    manifest: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One state of an object.

    etag: MD5, 16 bytes. merkle: 32 bytes.
    digests: n of 32 bytes, n = max(1, ceil(size / block_size));
    none where the reader did not ask for content. data: the whole stored block of a small object.
    """

    serial: int
    uuid: UUID
    size: int
    etag: bytes
    merkle: bytes
    details: Details
    modified: datetime
    modified_by: str
    digests: tuple[bytes, ...] = ()
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What a write answers with: the version it made. etag: MD5, 16 bytes."""

    serial: int
    etag: bytes
    modified: datetime


@dataclass(frozen=True, slots=True)
class Conditions:
    """ETags that a write demands or refuses. None: no condition; b"" stands for ``*``."""

    if_match: tuple[bytes, ...] | None = None
    if_none_match: tuple[bytes, ...] | None = None


@dataclass(frozen=True, slots=True)
class ContainerState:
    """A container as its owner sees it.

    object_count, byte_count: current objects only. quota: bytes, 0 is unlimited.
    modified: the last change of the container or below it.
    object_meta: the metadata keys in use, in order; None where they were not asked for.
    """

    id: int
    name: str
    object_count: int
    byte_count: int
    modified: datetime
    meta: Mapping[str, str]
    versioning: str
    quota: int
    object_meta: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as its owner sees it. quota: bytes, 0 is unlimited."""

    id: int
    container_count: int
    object_count: int
    byte_count: int
    modified: datetime
    meta: Mapping[str, str]
    quota: int


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a listing is wanted: at most ``limit`` entries strictly after ``marker``."""

    limit: int
    marker: str = ""


@dataclass(frozen=True, slots=True)
class ObjectPage(Page):
    """A page of a container's objects.

    prefix: only names that begin with it. delimiter: names that have it behind the prefix
    collapse into folders. folders: whether those are listed or left out.
    """

    prefix: str = ""
    delimiter: str = ""
    folders: bool = True


class Entry(NamedTuple):
    """A line of a container's listing, its fields as they are shown.

    folder: set for a folder, which has nothing else; etag, merkle: hex; meta: JSON text.
    """

    folder: str | None
    name: str
    size: int
    etag: str
    content_type: str
    content_encoding: str | None
    content_disposition: str | None
    modified: datetime
    meta: str
    merkle: str
    uuid: str
    serial: int
    modified_by: str
    manifest: str | None


@dataclass(frozen=True, slots=True)
class MetaChange:
    """New user metadata of an account or container.

    replace: what is not named goes; else it stays, and an empty value removes its key.
    """

    values: Mapping[str, str]
    replace: bool


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """New policies of a container: ``versioning`` and ``quota`` as given, "" for the default.

    reset: what is not named goes back to its default.
    """

    values: Mapping[str, str]
    reset: bool
