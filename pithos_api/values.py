"""The terms of the store as frozen values, without I/O. Sizes are bytes, times aware UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum
from typing import Literal, NamedTuple

DIGEST_SIZE = 32
MD5_SIZE = 16
MAX_CONTAINER_BYTES = 256
MAX_OBJECT_BYTES = 1024


class Dialect(Enum):
    """How a client speaks: the account's form in the path says it (docs/api.md, dialects)."""

    PITHOS = "pithos"
    SWIFT = "swift"


class Right(IntEnum):
    """What a caller may do to a path; each includes those below it."""

    NONE = 0
    READ = 1
    WRITE = 2
    OWN = 3


class Access(NamedTuple):
    """Who calls, and what they may do where. actor, owner, container: row ids.

    0 where there is none of that name. account: the caller's.
    account_quota: the owner's, bytes; None takes the default. container_quota: bytes.
    keeps_history: whether the container keeps superseded versions.
    """

    actor: int
    account: str
    unnoted: bool
    owner: int
    container: int
    right: int
    account_quota: int | None
    container_quota: int | None
    keeps_history: bool


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

    @property
    def covers(self) -> list[str]:
        """The name and all its parents: the paths whose sharing governs the object."""
        name = self.name
        return [name, *(name[:at] for at, char in enumerate(name) if char == "/" and at)]


@dataclass(frozen=True, slots=True)
class HashMap:
    """The blocks of an object. size: bytes.

    digests: n of 32 bytes, n = ceil(size / block_size); of an empty object also the empty one.
    """

    size: int
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Segmented:
    """What a static manifest reads as. size: bytes of all its segments.

    etag: 16 bytes, the MD5 of the segments' ETags one after the other.
    """

    size: int
    etag: bytes


@dataclass(frozen=True, slots=True)
class Details:
    """What a client says of an object besides its bytes.

    meta: user metadata, canonical key (``Some-Key``) to value.
    manifest: ``container/prefix`` of a manifest object.
    segmented: of an object whose bytes are a list of segments, see ``services.segments``.
    expires: from when on the object is not there any more.
    """

    content_type: str
    content_encoding: str | None = None
    content_disposition: str | None = None
    manifest: str | None = None
    segmented: Segmented | None = None
    expires: datetime | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetaLimit:
    """How much user metadata one resource may have: ``count`` keys, ``size`` bytes in all."""

    count: int
    size: int


@dataclass(frozen=True, slots=True)
class DetailsChange:
    """What a request changes of an object's details; None leaves it, "" removes it.

    meta: keys to set; an empty value removes its key.
    replace: what is not given goes (except the content type, which always stays).
    limit: as of ``MetaChange``.
    """

    content_type: str | None = None
    content_encoding: str | None = None
    content_disposition: str | None = None
    manifest: str | None = None
    expires: datetime | Literal[""] | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    replace: bool = False
    limit: MetaLimit | None = None


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


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who else may read or write a path. path: the name that the list belongs to.

    readers, writers: accounts, ``account:group`` or ``*``, each sorted.
    """

    path: str
    readers: tuple[str, ...]
    writers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShareChange:
    """What a request asks of an object's sharing; None leaves it as it is.

    readers, writers: both or none; both empty removes the list. public: publish or unpublish.
    """

    readers: tuple[str, ...] | None = None
    writers: tuple[str, ...] | None = None
    public: bool | None = None


@dataclass(frozen=True, slots=True)
class ObjectState:
    """A version with what belongs to its name rather than to the version.

    last_change: of the object, which a past version shows as its own.
    sharing: the list that governs the object. public_key: set if it is published. Neither is
    shown of a version that was asked for by its number (``is_past``).
    """

    path: "ObjectPath"
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
class ContainerState:
    """A container, or what it was at ``until``.

    object_count, byte_count: current objects only. quota: bytes, 0 is unlimited.
    keep_days, keep_versions: how much history is kept, 0 is all; None as the site says.
    created: when it was made, whatever ``until`` says.
    modified: the last change of the container or below it, whatever ``until`` says.
    object_meta: the metadata keys in use, in order; None where they were not asked for.
    until_change: the last change before ``until``, or ``until`` itself; None for the present.
    owned: whether the caller owns it; others are told less.
    revision: equal in two readings only if nothing in the container changed in between.
    readers, writers: who may read or write everything in it, as X-Container-Read and -Write say.
    """

    id: int
    name: str
    object_count: int
    byte_count: int
    created: datetime
    modified: datetime
    meta: Mapping[str, str]
    versioning: str
    quota: int
    keep_days: int | None = None
    keep_versions: int | None = None
    readers: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    object_meta: tuple[str, ...] | None = None
    has_grants: bool = False
    has_publications: bool = False
    until_change: datetime | None = None
    owned: bool = True
    revision: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account, or what it was at ``until``. quota: bytes, 0 is unlimited.

    groups: name to members. The rest: as in ``ContainerState``.
    """

    id: int
    container_count: int
    object_count: int
    byte_count: int
    created: datetime
    modified: datetime
    meta: Mapping[str, str]
    quota: int
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    until_change: datetime | None = None
    owned: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a listing is wanted: at most ``limit`` entries strictly after ``marker``.

    prefix: only names that begin with it. end_marker: only names before it; "" is none.
    reverse: in falling order, from ``marker`` down to ``end_marker``.
    until: seconds since the epoch; states before it. None is the present.
    shared, public: only what is shared, or public; with both, what is either.
    """

    limit: int
    marker: str = ""
    prefix: str = ""
    end_marker: str = ""
    reverse: bool = False
    until: float | None = None
    shared: bool = False
    public: bool = False


@dataclass(frozen=True, slots=True)
class MetaQuery:
    """What objects' metadata must be like: all of this (contract §3.7).

    any_of: has at least one of these keys, if there are any. none_of: has none of these.
    comparisons: key, operator and value; the key is there and compares so, in codepoint order.
    """

    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    comparisons: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectPage(Page):
    """A page of a container's objects.

    delimiter: names that have it behind the prefix collapse into folders.
    folders: whether those are listed or left out.
    """

    delimiter: str = ""
    folders: bool = True
    meta: MetaQuery | None = None


class Entry(NamedTuple):
    """A line of a container's listing, its fields as they are shown.

    folder: set for a folder, which has nothing else; etag, merkle: hex; meta: JSON text;
    writer: row id, a key of ``Listing.writers``;
    whole_size, whole_etag: of what a static manifest reads as, else None.
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
    writer: int
    manifest: str | None
    whole_size: int | None
    whole_etag: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a container.

    writers: who made the versions, row id to account. grants: those over any of the entries,
    by path; public_keys: of entries, by name; both empty for a listing of the past.
    allowed: for others than the owner, path of a grant to ``read`` or ``write``.
    json: the entries, which then are not here, as ``list_objects_json`` makes them.
    """

    path: ContainerPath
    container: ContainerState
    entries: Sequence[Entry]
    writers: Mapping[int, str]
    grants: Mapping[str, Sharing] = field(default_factory=dict)
    public_keys: Mapping[str, str] = field(default_factory=dict)
    allowed: Mapping[str, str] = field(default_factory=dict)
    json: str | None = None


@dataclass(frozen=True, slots=True)
class MetaChange:
    """New user metadata of an account or container.

    replace: what is not named goes; else it stays, and an empty value removes its key.
    limit: None is PITHOS_MAX_META_COUNT keys of any size.
    """

    values: Mapping[str, str]
    replace: bool
    limit: MetaLimit | None = None


@dataclass(frozen=True, slots=True)
class MemberChange:
    """Who may read or write everything in a container, as in ``Sharing``; None leaves it.

    Of readers also ``.r:*``, anybody, and ``.rlistings``, who then may list.
    """

    readers: tuple[str, ...] | None = None
    writers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """New policies of a container: ``versioning`` and ``quota`` as given, "" for the default.

    reset: what is not named goes back to its default.
    """

    values: Mapping[str, str]
    reset: bool
