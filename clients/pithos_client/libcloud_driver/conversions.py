"""Containers and objects of the library as Libcloud's, and back."""

from collections.abc import Mapping
from typing import Any

from libcloud.storage.base import Container, Object, StorageDriver

from pithos_client import resources
from pithos_client.driver import Driver
from pithos_client.resources import meta_headers

_TOLD = ("content_type", "content_encoding", "last_modified", "uuid", "version")


def libcloud_container(driver: StorageDriver, found: resources.Container) -> Container:
    """Return a container with what the store tells of it."""
    extra = {
        "object_count": found.object_count,
        "size": found.byte_count,
        "block_size": found.block_size,
    }
    return Container(found.name, extra, driver)


def library_container(store: Driver, container: Container) -> resources.Container:
    """Return a container as the library has it; only what uploads and lists need of it."""
    block_size = container.extra.get("block_size") or 0
    return resources.Container(store, container.name, 0, 0, block_size)


def libcloud_object(container: Container, found: resources.Object) -> Object:
    """Return an object with what the store tells of it.

    Names of metadata are in lower case, as those of Libcloud's other drivers.
    """
    extra: dict[str, Any] = {key: found.extra.get(key) for key in _TOLD}
    extra |= {"etag": found.etag, "object_hash": found.object_hash}
    meta = {key.lower(): value for key, value in found.extra["meta"].items()}
    extra["meta_data"] = meta
    return Object(found.name, found.size, found.etag, extra, meta, container, container.driver)


def upload_headers(
    content_type: str, extra: Mapping[str, Any], headers: Mapping[str, str] | None
) -> dict[str, str]:
    """Return the headers that say what an object is. headers: come last, as they are."""
    meta = {key: str(value) for key, value in (extra.get("meta_data") or {}).items()}
    return {"Content-Type": content_type, **meta_headers(meta), **(headers or {})}
