"""What users say of their accounts, containers and objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from pithos_api.values.paths import ObjectPath

LATEST_EXPIRY: Final = 253_402_300_799
"""The end of the year 9999, as far as calendars go. What expires later does not expire."""


MOST_SYMLINKS: Final = 2
"""So many symlinks are followed, one to the other."""


@dataclass(frozen=True, slots=True)
class MetaLimit:
    """How much user metadata one resource may have: ``count`` keys, ``size`` bytes in all.

    name, value: bytes of one name and one value.
    """

    count: int
    size: int
    name: int
    value: int


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
class Segmented:
    """What a static manifest reads as. size: bytes of all its segments.

    etag: 16 bytes, the MD5 of the segments' ETags one after the other.
    """

    size: int
    etag: bytes


@dataclass(frozen=True, slots=True)
class Symlink:
    """What a symlink names. account: None is the one that the symlink itself is in.

    etag: of a static symlink, that which the object had, 16 or 32 bytes; it may have no other.
    size: what it had then, bytes. Both are None of any other symlink.
    """

    account: str | None
    container: str
    name: str
    etag: bytes | None = None
    size: int | None = None

    def leads_from(self, account: str) -> ObjectPath:
        """Return what it names if it is in ``account``."""
        return ObjectPath(self.account or account, self.container, self.name)


@dataclass(frozen=True, slots=True)
class Details:
    """What a client says of an object besides its bytes.

    meta: user metadata, canonical key (``Some-Key``) to value.
    manifest: ``container/prefix`` of a manifest object.
    segmented: of a static large object, see ``large_objects.static_large_objects``.
    symlink: what the object reads as in Swift's dialect; it has no bytes then, and is no manifest.
    manifest_by: the user (row id) who set any of the three; None is who stores the version,
    0 is anybody.
    expires: from when on the object is not there any more, seconds since the epoch.
    """

    content_type: str
    content_encoding: str | None = None
    content_disposition: str | None = None
    manifest: str | None = None
    segmented: Segmented | None = None
    manifest_by: int | None = None
    symlink: Symlink | None = None
    expires: int | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


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
    expires: int | Literal[""] | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    replace: bool = False
    limit: MetaLimit | None = None
