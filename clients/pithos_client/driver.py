"""An account of a store: containers and objects in the driver's style."""

import io
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from pithos_client import uploads
from pithos_client.connection import PATIENCE, Connection, Patience, Request
from pithos_client.errors import ChangedError, NotPithosError, ObjectNotFoundError
from pithos_client.lazy import LazyList
from pithos_client.resources import Container, Object, absolute, meta_headers
from pithos_client.uploads import Place, Source, Uploaded

_META = "X-Object-Meta-"
NO_CONDITION: Mapping[str, str] = {}


def connect(endpoint: str, account: str, token: str, patience: Patience = PATIENCE) -> "Driver":
    """Return an account of a store. Nothing is asked until something is needed.

    endpoint: such as ``https://store.example/v1``.
    """
    return Driver(Connection(endpoint, account, token, patience))


class Driver:
    """All operations on containers and objects. Threads may share it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._block_sizes: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"<Driver of {self.connection.account} at {self.connection.endpoint}>"

    def create_container(self, name: str) -> Container:
        """Make a container, or take the one that is there."""
        self.connection.send(Request("PUT", (name,)), {201, 202})
        return self.get_container(name)

    def get_container(self, name: str) -> Container:
        """Return a container.

        Raises: ContainerNotFoundError; NotPithosError: it tells no block size.
        """
        headers = self.connection.send(Request("HEAD", (name,)), {200, 204}).headers
        size = headers.get("X-Container-Block-Size", "")
        if not size.isdecimal():
            raise NotPithosError(self.connection.endpoint)
        self._block_sizes[name] = int(size)
        return Container(
            self,
            name,
            object_count=int(headers.get("X-Container-Object-Count", 0)),
            byte_count=int(headers.get("X-Container-Bytes-Used", 0)),
            block_size=int(size),
            extra={key: value for key, value in headers.items() if key.startswith("X-Container-")},
        )

    def list_containers(self) -> LazyList[Container]:
        """Return the account's containers in order of name."""

        def read(known: Sequence[Container]) -> list[Container]:
            marker = known[-1].name if known else ""
            return [self._listed_container(row) for row in self._page((), marker)]

        return LazyList(read)

    def iterate_containers(self) -> Iterator[Container]:
        """Yield the account's containers in order of name, and keep none of them."""
        for row in self._rows(()):
            yield self._listed_container(row)

    def _listed_container(self, row: Mapping[str, Any]) -> Container:
        return Container(
            self,
            row["name"],
            object_count=row["count"],
            byte_count=row["bytes"],
            block_size=int(row.get("x_container_block_size") or 0),
            extra=row,
        )

    def delete_container(self, container: Container | str) -> None:
        """Delete a container **and all its objects**. Raises: ContainerNotFoundError."""
        name = container if isinstance(container, str) else container.name
        self.connection.send(Request("DELETE", (name,), {"delimiter": "/"}), {204})
        self.connection.send(Request("DELETE", (name,)), {204})

    def list_objects(self, container: Container, prefix: str = "") -> LazyList[Object]:
        """Return a container's objects in order of name, a page of them at a time.

        prefix: only those whose names begin so.
        """

        def read(known: Sequence[Object]) -> list[Object]:
            marker = known[-1].name if known else ""
            rows = self._page((container.name,), marker, prefix)
            return [listed_object(container, row) for row in rows]

        return LazyList(read)

    def iterate_objects(self, container: Container, prefix: str = "") -> Iterator[Object]:
        """Yield a container's objects in order of name, and keep none of them."""
        for row in self._rows((container.name,), prefix):
            yield listed_object(container, row)

    def list_folder(self, container: str, prefix: str) -> tuple[list[str], list[str]]:
        """Return the names of folders and of objects right below a prefix that ends in ``/``.

        They come without the prefix. "" is the whole container.
        """
        folders, objects = [], []
        for row in self._rows((container,), prefix, "/"):
            if "subdir" in row:
                folders.append(row["subdir"][len(prefix) : -1])
            elif name := row["name"][len(prefix) :]:
                objects.append(name)
        return folders, objects

    def _rows(
        self, path: tuple[str, ...], prefix: str = "", delimiter: str = ""
    ) -> Iterator[dict[str, Any]]:
        page = self._page(path, "", prefix, delimiter)
        while page:
            yield from page
            marker = page[-1].get("name") or page[-1]["subdir"]
            page = self._page(path, marker, prefix, delimiter)

    def _page(
        self, path: tuple[str, ...], marker: str, prefix: str = "", delimiter: str = ""
    ) -> list[dict[str, Any]]:
        query = {"format": "json", "marker": marker, "prefix": prefix, "delimiter": delimiter}
        asked = {key: value for key, value in query.items() if value}
        response = self.connection.send(Request("GET", path, asked), {200, 204})
        rows: list[dict[str, Any]] = response.json() if response.status == 200 else []
        return rows

    def get_object(self, container_name: str, object_name: str) -> Object:
        """Return an object. Raises: ContainerNotFoundError, ObjectNotFoundError."""
        container = self.known_container(container_name)
        response = self.connection.send(Request("HEAD", (container_name, object_name)), {200, 404})
        if response.status == 404:
            self.get_container(container_name)  # raises if that is what is missing
            raise ObjectNotFoundError(404, f"there is no object {object_name!r}")
        return shown_object(container, object_name, response.headers)

    def upload_object(
        self, container: Container, source: Source, object_name: str, **said: Any
    ) -> Object:
        """Make an object of a path, bytes, a file or pieces of bytes; see ``uploads.upload``.

        said: ``meta`` (a mapping), ``content_type``, ``headers``, ``progress``; ``waits``: whether
        the MD5 of a large one shall be made before it is there, usually true.
        """
        self.store_object(container, source, object_name, **said)
        return self.get_object(container.name, object_name)

    def store_object(
        self, container: Container, source: Source, object_name: str, **said: Any
    ) -> Uploaded:
        """Do as ``upload_object``, but do not ask how the object looks now."""
        progress, waits = said.pop("progress", lambda _: None), said.pop("waits", True)
        headers = {**meta_headers(said.pop("meta", None)), **(said.pop("headers", None) or {})}
        if kind := said.pop("content_type", None):
            headers["Content-Type"] = kind
        if said:
            raise TypeError(f"upload_object takes no {', '.join(said)}")
        size = self._block_size(container)
        place = Place(self.connection, container.name, object_name, size, headers, waits)
        return uploads.upload(place, source, progress)

    def download_object(self, thing: Object, path: str | PathLike[str], **how: Any) -> Path:
        """Save an object; see ``downloads.save``."""
        return thing.download(path, **how)

    def open_object(self, thing: Object) -> io.BufferedReader:
        """Return an object as a file."""
        return thing.as_file()

    def delete_object(self, thing: Object) -> None:
        """Delete an object. Raises: ObjectNotFoundError."""
        self.delete_path(thing.container.name, thing.name)

    def delete_path(
        self, container_name: str, object_name: str, condition: Mapping[str, str] = NO_CONDITION
    ) -> None:
        """Delete an object by its name.

        Raises: ContainerNotFoundError, ObjectNotFoundError; ChangedError: the condition fails.
        """
        wanted = Request("DELETE", (container_name, object_name), headers=condition)
        self.connection.send(wanted, {204})

    def move_object(self, thing: Object, container_name: str, object_name: str) -> None:
        """Give an object another name, where nothing is; see ``Object.move``."""
        source = (thing.container.name, thing.name)
        headers = {"X-Move-From": "/" + quote("/".join(source)), "If-None-Match": "*"}
        found = self.get_object(*source)
        if found.extra["version"] != thing.extra["version"]:
            raise ChangedError(412, f"{thing.name!r} is another by now")
        wanted = Request("PUT", (container_name, object_name), {}, headers, b"", repeatable=False)
        self.connection.send(wanted, {201})

    def publish(self, thing: Object) -> str:
        """Let anybody read an object; return its public URL."""
        path = (thing.container.name, thing.name)
        told = {"X-Object-Public": "true"}
        wanted = Request("POST", path, {"update": ""}, told, repeatable=True)
        self.connection.send(wanted, {202})
        headers = self.connection.send(Request("HEAD", path), {200}).headers
        return absolute(self.connection.endpoint, headers["X-Object-Public"])

    def known_container(self, name: str) -> Container:
        """Return a container of which no more than its block size is asked, and once."""
        if name not in self._block_sizes:
            return self.get_container(name)
        return Container(self, name, 0, 0, self._block_sizes[name])

    def _block_size(self, container: Container) -> int:
        return container.block_size or self.get_container(container.name).block_size


def listed_object(container: Container, row: Mapping[str, Any]) -> Object:
    """Return an object as a listing tells it."""
    extra = {
        "content_type": row.get("content_type", ""),
        "content_encoding": row.get("content_encoding"),
        "last_modified": row.get("last_modified", ""),
        "uuid": row.get("x_object_uuid", ""),
        "version": row.get("x_object_version"),
        "meta": dict(row.get("x_object_meta") or {}),
        "since": float(row.get("x_object_version_timestamp") or 0),
        "md5": _md5(row.get("hash", "")),
    }
    found = row.get("x_object_hash", "")
    return Object(container, row["name"], row["bytes"], found, row.get("hash", ""), extra)


def shown_object(container: Container, name: str, headers: Mapping[str, str]) -> Object:
    """Return an object as the headers of a HEAD tell it."""
    etag = headers.get("ETag", "").strip('"')
    meta = {
        unquote(key[len(_META) :]): unquote(value)
        for key, value in headers.items()
        if key.startswith(_META)
    }
    version = headers.get("X-Object-Version")
    extra = {
        "content_type": headers.get("Content-Type", ""),
        "content_encoding": headers.get("Content-Encoding"),
        "last_modified": headers.get("Last-Modified", ""),
        "uuid": headers.get("X-Object-UUID", ""),
        "version": int(version) if version else None,
        "meta": meta,
        "md5": _md5(etag),
        "public": headers.get("X-Object-Public"),
    }
    size = int(headers["Content-Length"])
    return Object(container, name, size, headers.get("X-Object-Hash", ""), etag, extra)


def _md5(etag: str) -> str | None:
    """Return the MD5 if that is what an ETag is: of large content it may come later."""
    return etag if len(etag) == 32 else None
