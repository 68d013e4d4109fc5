"""An image as every interface sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pithos_api.values import ObjectPath

DOMAIN = "plankton"
"""The domain of an object's attributes that make it an image."""

CONTAINER = "images"
"""Where images are kept that are no objects before."""

OCTET_STREAM = "application/octet-stream"

EVERYBODY = "*"


class Status(StrEnum):
    """What can be done with an image's bytes: they are to come, there, or locked by the owner."""

    QUEUED = "queued"
    SAVING = "saving"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    ERROR = "error"


class Visibility(StrEnum):
    """Who sees an image: everybody, those whom its object is shared with, or its owner alone."""

    PUBLIC = "public"
    SHARED = "shared"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class DeletedImage:
    """What is left to tell of an image that is gone. updated: when it went."""

    id: str
    name: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class RegisteredImage:
    """An image, and the object that it is.

    id: the object's UUID. etag: MD5, 16 bytes, None until it is made, and where the bytes are
    others' joined.
    merkle: 32 bytes. sha512: hex, "" where it is not known. Texts are "" where there are none.
    server: the number of the server that it was made of. made: whether the registry made the
    object. readers: who besides the owner may read the object, as in grants.
    """

    id: str
    path: ObjectPath
    name: str
    status: Status
    disk_format: str
    container_format: str
    size: int
    etag: bytes | None
    merkle: bytes
    sha512: str
    created: datetime
    updated: datetime
    protected: bool
    hidden: bool
    min_disk: int
    min_ram: int
    tags: tuple[str, ...]
    properties: Mapping[str, str]
    server: int | None
    made: bool
    readers: tuple[str, ...]

    @property
    def owner(self) -> str:
        """The account that the object is in."""
        return self.path.account

    @property
    def visibility(self) -> Visibility:
        """Who sees it."""
        if EVERYBODY in self.readers:
            return Visibility.PUBLIC
        others = set(self.readers) - {self.owner}
        return Visibility.SHARED if others else Visibility.PRIVATE

    @property
    def members(self) -> tuple[str, ...]:
        """The accounts that it is shared with by name."""
        return tuple(each for each in self.readers if each not in {EVERYBODY, self.owner})
