"""What requests say of images."""

from collections.abc import Mapping
from dataclasses import dataclass

from images.values.images import Status, Visibility
from pithos_api.values import ObjectPath


@dataclass(frozen=True, slots=True)
class ImageChange:
    """New values of an image; None leaves what is there.

    properties: keys to set; a value of None removes its key. replace_properties: those that are
    not named go.
    """

    name: str | None = None
    status: Status | None = None
    disk_format: str | None = None
    container_format: str | None = None
    protected: bool | None = None
    hidden: bool | None = None
    min_disk: int | None = None
    min_ram: int | None = None
    tags: tuple[str, ...] | None = None
    properties: Mapping[str, str | None] | None = None
    replace_properties: bool = False
    visibility: Visibility | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """An object that becomes an image. change: what is said of it.

    location: an account of "" is the caller's own. size, checksum (Merkle hash, hex): what the
    object must have; None is any.
    """

    location: ObjectPath
    change: ImageChange
    size: int | None = None
    checksum: str | None = None


@dataclass(frozen=True, slots=True)
class NewImage:
    """An image whose bytes are still to come. id: "" leaves it to the registry."""

    change: ImageChange
    id: str = ""
