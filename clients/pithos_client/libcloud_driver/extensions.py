"""What the store can do beyond what Libcloud asks of every driver."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from libcloud.storage.base import Container, Object, StorageDriver
from libcloud.utils.files import guess_file_mime_type

from pithos_client.connection import Request
from pithos_client.driver import Driver
from pithos_client.libcloud_driver.conversions import library_container, upload_headers
from pithos_client.libcloud_driver.failures import translated
from pithos_client.resources import Object as LibraryObject
from pithos_client.resources import meta_headers
from pithos_client.uploads import Source


class Extensions(StorageDriver):
    """The ``ex_`` methods. store: the account, by the library, which can do more."""

    store: Driver

    def ex_upload_object(
        self,
        source: Source,
        container: Container,
        object_name: str,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Object:
        """Make an object of a path, bytes, a file or pieces of bytes.

        What is larger than a block is cut into blocks. Only those are sent that the store lacks.
        """
        path = source if isinstance(source, str) else None
        said = self._upload_headers(object_name, extra, headers, path)
        with translated(self, container.name, object_name):
            there = library_container(self.store, container)
            self.store.store_object(there, source, object_name, headers=said)
        return self.get_object(container.name, object_name)

    def _upload_headers(
        self,
        name: str,
        extra: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        path: str | None = None,
    ) -> dict[str, str]:
        """Return what is said of an object; its type is guessed by its name, then by the path."""
        said = extra or {}
        kind = said.get("content_type") or guess_file_mime_type(name)[0]
        return upload_headers(self._determine_content_type(kind, name, path), said, headers)

    def ex_copy_object(
        self, obj: Object, container: Container, object_name: str, version: int | None = None
    ) -> Object:
        """Copy an object on the server, or an earlier version of it; no bytes move."""
        headers = {} if version is None else {"X-Source-Version": str(version)}
        return self._take("X-Copy-From", obj, (container.name, object_name), headers)

    def ex_move_object(self, obj: Object, container: Container, object_name: str) -> Object:
        """Move an object on the server; no bytes move. Its versions and its UUID go with it."""
        return self._take("X-Move-From", obj, (container.name, object_name), {})

    def _take(
        self, how: str, obj: Object, path: tuple[str, str], headers: Mapping[str, str]
    ) -> Object:
        said = {how: quote(f"/{obj.container.name}/{obj.name}"), **headers}
        # A move that is repeated finds nothing to move.
        wanted = Request("PUT", path, {}, said, b"", repeatable=how != "X-Move-From")
        with translated(self, obj.container.name, obj.name):
            self.store.connection.send(wanted, {201})
        return self.get_object(*path)

    def ex_list_versions(self, obj: Object) -> list[int]:
        """Return the versions of an object that are kept, the oldest first."""
        path = (obj.container.name, obj.name)
        query = {"version": "list", "format": "json"}
        with translated(self, *path):
            answer = self.store.connection.send(Request("GET", path, query), {200})
        return [int(version) for version, _ in answer.json()["versions"]]

    def ex_set_meta_data(self, obj: Object, meta_data: Mapping[str, str]) -> Object:
        """Set an object's metadata; what is not named stays, what is empty goes."""
        return self._update(obj, meta_headers(meta_data))

    def ex_get_sharing(self, obj: Object) -> str:
        """Return who else may use an object, such as ``read=olga``; "" is nobody."""
        path = (obj.container.name, obj.name)
        with translated(self, *path):
            answer = self.store.connection.send(Request("HEAD", path), {200})
        return str(answer.headers.get("X-Object-Sharing", ""))

    def ex_set_sharing(
        self, obj: Object, read: Iterable[str] = (), write: Iterable[str] = ()
    ) -> Object:
        """Let these users and groups read or write an object, and nobody else but its owner."""
        said = [("read", ",".join(read)), ("write", ",".join(write))]
        told = "; ".join(f"{right}={names}" for right, names in said if names)
        return self._update(obj, {"X-Object-Sharing": told})

    def _update(self, obj: Object, headers: Mapping[str, str]) -> Object:
        path = (obj.container.name, obj.name)
        wanted = Request("POST", path, {"update": ""}, headers, repeatable=True)
        with translated(self, *path):
            self.store.connection.send(wanted, {202})
        return self.get_object(*path)

    def get_object_cdn_url(self, obj: Object) -> str:
        """Return an object's public URL, which **lets anybody read it**, if it has none yet."""
        with translated(self, obj.container.name, obj.name):
            there = library_container(self.store, obj.container)
            return self.store.publish(LibraryObject(there, obj.name, 0, "", ""))

    def enable_object_cdn(self, obj: Object) -> bool:
        """Let anybody read an object who knows its URL."""
        return bool(self.get_object_cdn_url(obj))

    def get_container_cdn_url(self, container: Container) -> str:
        """Return where a container is. It has no public URL: readers need a token and the right."""
        return self.store.connection.url((container.name,))
