"""Containers and objects, as programs hold them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

from pithos_client import downloads
from pithos_client.downloads import Version
from pithos_client.lazy import LazyList
from pithos_client.uploads import Source

if TYPE_CHECKING:
    from pithos_client.driver import Driver


@dataclass(frozen=True)
class Container:
    """A container as it was when it was asked for. extra: all else that the store tells.

    object_count: current objects. byte_count: their bytes. block_size: bytes.
    """

    driver: Driver = field(repr=False)
    name: str
    object_count: int
    byte_count: int
    block_size: int
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """Its name."""
        return self.name

    def list_objects(self) -> LazyList[Object]:
        """Return its objects in order of name; see ``Driver.list_objects``."""
        return self.driver.list_objects(self)

    def upload_object(self, source: Source, object_name: str, **said: Any) -> Object:
        """Make an object of a source; see ``Driver.upload_object``."""
        return self.driver.upload_object(self, source, object_name, **said)

    def get_object(self, object_name: str) -> Object:
        """Return an object. Raises: ObjectNotFoundError."""
        return self.driver.get_object(self.name, object_name)

    def download_object(self, key: str, path: str | PathLike[str], **how: Any) -> Path:
        """Save an object; see ``Driver.download_object``."""
        return self.get_object(key).download(path, **how)

    def open_object(self, key: str) -> io.BufferedReader:
        """Return an object as a file."""
        return self.get_object(key).as_file()

    def delete_object(self, thing: Object | str) -> None:
        """Delete an object. Raises: ObjectNotFoundError."""
        name = thing if isinstance(thing, str) else thing.name
        self.driver.delete_path(self.name, name)

    def delete(self) -> None:
        """Delete the container **and all its objects**."""
        self.driver.delete_container(self)


@dataclass(frozen=True)
class Object:
    """An object as it was when it was asked for.

    object_hash: Merkle hash, hex; "" where the store does not tell. extra: ``content_type``,
    ``content_encoding``, ``last_modified``, ``uuid``, ``version``, ``meta`` and ``md5``; of a list
    also ``since``, when the version was made. past: it is read by its version, since another one
    may be current.
    """

    container: Container
    name: str
    size: int
    object_hash: str
    etag: str
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    past: bool = False

    @property
    def key(self) -> str:
        """Its name."""
        return self.name

    @property
    def driver(self) -> Driver:
        """What it is reached by."""
        return self.container.driver

    @property
    def version(self) -> Version:
        """Return what this state of it is read by, and no other."""
        container = self.container
        return Version(
            container.driver.connection,
            container.name,
            self.name,
            self.size,
            self.etag,
            self.object_hash,
            container.block_size,
            self.extra.get("version") if self.past else None,
        )

    def download(self, path: str | PathLike[str], **how: Any) -> Path:
        """Save it as a file, or in a directory; see ``downloads.save``."""
        return downloads.save(self.version, path, **how)

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield its bytes from ``start`` up to ``stop``, exclusive."""
        return downloads.read_pieces(self.version, start, stop)

    def as_file(self) -> io.BufferedReader:
        """Return it as a file that can be read from anywhere."""
        return downloads.open_file(self.version)

    def delete(self, *, only_this: bool = False) -> None:
        """Delete it. only_this: not if it is another by now.

        Raises: ObjectNotFoundError, ChangedError.
        """
        condition = {"If-Match": f'"{self.etag}"'} if only_this else {}
        self.driver.delete_path(self.container.name, self.name, condition)

    def move(self, container_name: str, object_name: str) -> None:
        """Give it another name, where nothing is; it keeps its UUID.

        Raises: ObjectNotFoundError, ContainerNotFoundError; ChangedError: there is an object, or
            this is another by now.
        """
        self.driver.move_object(self, container_name, object_name)

    def publish(self) -> str:
        """Let anybody read it; return its public URL."""
        return self.driver.publish(self)

    def get_cdn_url(self) -> str:
        """Return its public URL, which it gets if it has none."""
        return self.publish()


def absolute(endpoint: str, url: str) -> str:
    """Return a URL that a store tells, absolute."""
    return urljoin(endpoint, url)


def meta_headers(meta: Mapping[str, str] | None) -> dict[str, str]:
    """Return the headers that set an object's metadata."""
    return {f"X-Object-Meta-{quote(k, safe='')}": quote(v) for k, v in (meta or {}).items()}
