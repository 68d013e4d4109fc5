"""Objects: their bytes and versions, the conditions of writes, and the answers to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pithos_api.values.access import Access, Sharing
from pithos_api.values.metadata import Details
from pithos_api.values.paths import ObjectPath
from web.conditions import Subject

DIGEST_SIZE = 32

MANY_BLOCKS: Final = 10_000
"""The digests of a longer hashmap are neither sent nor read all at once: 40 GiB in usual blocks."""

PIECE_BLOCKS: Final = 8192
"""Digests of a long hashmap that are kept together; a power of two, so they are a subtree."""

MAX_BLOCKS: Final = 2**20
"""Most blocks of an object, which can double itself with each request: 4 TiB in usual blocks."""

ETAG_SIZES = (16, 32)
"""Of an MD5, and of a Merkle hash, which is the ETag until the MD5 is made."""

ANY_TAG: Final = b""
"""Stands for ``*`` among the ETags of a condition, as in ``web.conditions`` and in statements."""


@dataclass(frozen=True, slots=True)
class HashMap:
    """The blocks of an object. size: bytes.

    digests: n of 32 bytes, n = ceil(size / block_size); of an empty object also the empty one.
    """

    size: int
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class HeldBytes:
    """Some of an object's bytes, which were read before they are asked for. start: of the first."""

    start: int
    data: bytes

    def part(self, start: int, stop: int) -> bytes | None:
        """Return the bytes from ``start`` to ``stop``, None if they are not all here."""
        if self.start <= start and stop <= self.start + len(self.data):
            return self.data[start - self.start : stop - self.start]
        return None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One state of an object.

    etag: MD5, 16 bytes; until it is made the Merkle hash. merkle: 32 bytes.
    digests: n of 32 bytes, n = max(1, ceil(size / block_size));
    none where the reader did not ask for content. data: the whole stored block of a small object.
    held: what was read of a larger one before.
    domains: metadata of other domains, JSON.
    shares_second: whether the object had another state in the second in which this one began.
    """

    serial: int
    uuid: str
    size: int
    etag: bytes
    merkle: bytes
    details: Details
    modified: datetime
    modified_by: str
    digests: Sequence[bytes] = ()
    data: bytes | None = None
    held: HeldBytes | None = None
    domains: str | None = None
    shares_second: bool = False

    @property
    def etags(self) -> tuple[bytes, ...]:
        """What writes may name it by: a static large object is shown with another ETag."""
        whole = self.details.segmented
        stored = (self.etag, self.merkle)
        return stored if whole is None else (*stored, whole.etag)

    @property
    def shown_etags(self) -> tuple[bytes, ...]:
        """What readers may name it by. A large object's own hash is not that of what is read."""
        joined = self.details.manifest is not None or self.details.segmented is not None
        return (self.etag,) if joined else (self.etag, self.merkle)


@dataclass(frozen=True, slots=True)
class ObjectState:
    """A version, together with what belongs to its name.

    last_change: of the object; an old version shows it as its own.
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

    @property
    def size(self) -> int:
        """Bytes of the version."""
        return self.version.size

    @property
    def subject(self) -> Subject:
        """What conditions are judged against.

        The bytes of a version that was asked for by its number never change. Those of a dynamic
        large object change without it: its parts do.
        """
        version = self.version
        return Subject(
            modified=None if version.details.manifest else self.last_change,
            etags=version.shown_etags,
            shares_second=version.shares_second and not self.is_past,
        )


@dataclass(frozen=True, slots=True)
class Published:
    """The version that a write has made. etag: as of ``StoredVersion``.

    archives: whether what it has replaced is to be copied to the container's archive.
    """

    serial: int
    etag: bytes
    modified: datetime
    archives: bool = False

    @property
    def has_md5(self) -> bool:
        """Whether the MD5 is made already."""
        return len(self.etag) == ETAG_SIZES[0]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a write demands or refuses: MD5s, Merkle hashes, ``ANY_TAG``. None: no condition."""

    if_match: tuple[bytes, ...] | None = None
    if_none_match: tuple[bytes, ...] | None = None


@dataclass(frozen=True, slots=True)
class DeleteConditions:
    """Conditions for a deletion; None: no condition.

    unmodified_since, delete_at: seconds since the epoch; the second is the object's X-Delete-At.
    serial: the version that must be current.
    """

    tags: Conditions = Conditions()
    unmodified_since: int | None = None
    delete_at: int | None = None
    serial: int | None = None
