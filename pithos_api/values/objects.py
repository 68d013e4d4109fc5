"""Objects: their bytes, their versions, and what a write demands and answers with."""

from dataclasses import dataclass
from datetime import datetime

from pithos_api.values.access import Access, Sharing
from pithos_api.values.metadata import Details
from pithos_api.values.paths import ObjectPath

DIGEST_SIZE = 32
MD5_SIZE = 16


@dataclass(frozen=True, slots=True)
class HashMap:
    """The blocks of an object. size: bytes.

    digests: n of 32 bytes, n = ceil(size / block_size); of an empty object also the empty one.
    """

    size: int
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One state of an object.

    etag: MD5, 16 bytes. merkle: 32 bytes.
    digests: n of 32 bytes, n = max(1, ceil(size / block_size));
    none where the reader did not ask for content. data: the whole stored block of a small object.
    domains: metadata of other domains, JSON.
    """

    serial: int
    uuid: str
    size: int
    etag: bytes
    merkle: bytes
    details: Details
    modified: datetime
    modified_by: str
    digests: tuple[bytes, ...] = ()
    data: bytes | None = None
    domains: str | None = None

    @property
    def etags(self) -> tuple[bytes, ...]:
        """What conditions may name it by: a static large object is shown with another ETag."""
        whole = self.details.segmented
        return (self.etag,) if whole is None else (self.etag, whole.etag)


@dataclass(frozen=True, slots=True)
class ObjectState:
    """A version with what belongs to its name rather than to the version.

    last_change: of the object, which a past version shows as its own.
    sharing: the list that governs the object. public_key: set if it is published. Neither is
    shown of a version that was asked for by its number (``is_past``).
    """

    path: ObjectPath
    version: StoredVersion
    access: Access
    last_change: datetime
    sharing: Sharing | None = None
    public_key: str | None = None
    is_past: bool = False


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
class DeleteConditions:
    """What a deletion demands of what it deletes; None: no condition.

    unmodified_since, delete_at: seconds since the epoch; the second is the object's X-Delete-At.
    serial: the version that must be current.
    """

    tags: Conditions = Conditions()
    unmodified_since: int | None = None
    delete_at: int | None = None
    serial: int | None = None
