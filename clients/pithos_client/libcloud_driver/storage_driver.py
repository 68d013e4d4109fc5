"""The driver: what Libcloud asks of one."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from libcloud.storage.base import Container, Object
from libcloud.storage.types import (
    ContainerAlreadyExistsError,
    ContainerIsNotEmptyError,
    InvalidContainerNameError,
)
from libcloud.utils.files import read_in_chunks

from pithos_client.connection import PATIENCE, Patience, Request
from pithos_client.driver import connect
from pithos_client.errors import HashMismatchError, NotEmptyError, UnavailableError
from pithos_client.libcloud_driver import reading
from pithos_client.libcloud_driver.conversions import (
    libcloud_container,
    libcloud_object,
    library_container,
)
from pithos_client.libcloud_driver.extensions import Extensions
from pithos_client.libcloud_driver.failures import translated
from pithos_client.libcloud_driver.streams import Hashed

_LONGEST_CONTAINER_NAME: Final = 256


class PithosStorageDriver(Extensions):
    """An account of a store of Pithos. key: the account; secret: a token of it."""

    name = "Pithos"
    hash_type = "md5"
    supports_chunked_encoding = True

    def __init__(
        self,
        key: str,
        secret: str | None = None,
        secure: bool = True,
        host: str | None = None,
        port: int | None = None,
        **more: Any,
    ) -> None:
        """Keep where the store is: its API begins at ``/v1`` there. Nothing is asked yet.

        more: ``timeout``, in seconds; what else Libcloud's drivers take.
        """
        if not host:
            raise ValueError("the driver needs the host of a store of Pithos")
        timeout = more.get("timeout")
        patience = Patience(timeout_seconds=timeout) if timeout else PATIENCE
        super().__init__(key, secret, secure, host, port, **more)
        place = f"{'https' if secure else 'http'}://{host}" + (f":{port}" if port else "")
        self.store = connect(place, key, secret or "", patience)

    def iterate_containers(self) -> Iterator[Container]:
        """Yield the account's containers, a page of them at a time."""
        with translated(self):
            for found in self.store.iterate_containers():
                yield libcloud_container(self, found)

    def iterate_container_objects(
        self, container: Container, prefix: str | None = None, ex_prefix: str | None = None
    ) -> Iterator[Object]:
        """Yield a container's objects, a page of them at a time.

        prefix: only those whose names begin so; the store picks them.
        """
        wanted = self._normalize_prefix_argument(prefix, ex_prefix)
        return self._objects(container, wanted or "")

    def _objects(self, container: Container, prefix: str) -> Iterator[Object]:
        with translated(self, container.name):
            there = library_container(self.store, container)
            for found in self.store.iterate_objects(there, prefix):
                yield libcloud_object(container, found)

    def get_container(self, container_name: str) -> Container:
        """Return a container. Raises: ContainerDoesNotExistError."""
        with translated(self, container_name):
            return libcloud_container(self, self.store.get_container(container_name))

    def create_container(self, container_name: str) -> Container:
        """Make a container.

        Raises: InvalidContainerNameError, ContainerAlreadyExistsError.
        """
        length = len(container_name.encode())
        if "/" in container_name or not 0 < length <= _LONGEST_CONTAINER_NAME:
            told = f"1 to {_LONGEST_CONTAINER_NAME} bytes without '/', not {container_name!r}"
            raise InvalidContainerNameError(told, self, container_name)
        # Not repeated: the second answer would say that the container was there before.
        wanted = Request("PUT", (container_name,), repeatable=False)
        with translated(self, container_name):
            answer = self.store.connection.send(wanted, {201, 202})
        if answer.status == 202:
            raise ContainerAlreadyExistsError(None, self, container_name)
        return self.get_container(container_name)

    def delete_container(self, container: Container) -> bool:
        """Delete an empty container.

        Raises: ContainerDoesNotExistError, ContainerIsNotEmptyError.
        """
        with translated(self, container.name):
            try:
                self.store.connection.send(Request("DELETE", (container.name,)), {204})
            except NotEmptyError as error:
                told = str(error)
                raise ContainerIsNotEmptyError(told, self, container.name) from error
        return True

    def get_object(self, container_name: str, object_name: str) -> Object:
        """Return an object. Raises: ContainerDoesNotExistError, ObjectDoesNotExistError."""
        with translated(self, container_name, object_name):
            found = self.store.get_object(container_name, object_name)
            return libcloud_object(libcloud_container(self, found.container), found)

    def upload_object(  # noqa: PLR0913, PLR0917 - the parameters of every driver
        self,
        file_path: str,
        container: Container,
        object_name: str,
        extra: dict[str, Any] | None = None,
        verify_hash: bool = True,
        headers: dict[str, str] | None = None,
    ) -> Object:
        """Make an object of a file; of a large one only the blocks that the store lacks are sent.

        extra: ``content_type``, ``meta_data``. verify_hash: the hash is always verified.
        """
        return self.ex_upload_object(file_path, container, object_name, extra, headers)

    def upload_object_via_stream(
        self,
        iterator: Iterable[bytes],
        container: Container,
        object_name: str,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Object:
        """Make an object of bytes as they come. They are hashed on the way, and kept nowhere.

        Raises: ObjectHashMismatchError.
        """
        said = self._upload_headers(object_name, extra, headers)
        with translated(self, container.name, object_name):
            self._send(iterator, (container.name, object_name), said)
        return self.get_object(container.name, object_name)

    def _send(self, iterator: Iterable[bytes], path: tuple[str, str], said: dict[str, str]) -> None:
        body = Hashed(iterator)
        try:
            answer = self.store.connection.send(Request("PUT", path, {}, said, body), {201})
        except UnavailableError:
            if body.failure:  # it was not the connection that ended the upload
                raise body.failure from None
            raise
        kept, made = answer.headers.get("ETag", "").strip('"'), body.digest.hexdigest()
        if kept != made:
            raise HashMismatchError(path[1], made, kept)

    def download_object(
        self,
        obj: Object,
        destination_path: str,
        overwrite_existing: bool = False,
        delete_on_failure: bool = True,
    ) -> bool:
        """Save an object as a file, or below a directory that ends in ``/``.

        It appears under its name when it is whole and its hash is right; so nothing is left of a
        failure whatever ``delete_on_failure`` says.

        Raises: LibcloudError: the file exists; ObjectHashMismatchError.
        """
        path = reading.place(self, obj, destination_path, overwrite_existing)
        with translated(self, obj.container.name, obj.name):
            reading.save(self.store, obj, path)
        return True

    def download_object_as_stream(
        self, obj: Object, chunk_size: int | None = None
    ) -> Iterator[bytes]:
        """Yield an object's bytes. chunk_size: bytes that each piece has, but for the last."""
        return self._stream(obj, 0, None, chunk_size)

    def download_object_range(  # noqa: PLR0913, PLR0917 - the parameters of every driver
        self,
        obj: Object,
        destination_path: str,
        start_bytes: int,
        end_bytes: int | None = None,
        overwrite_existing: bool = False,
        delete_on_failure: bool = True,
    ) -> bool:
        """Save the bytes from ``start_bytes`` up to ``end_bytes``, exclusive; see download_object.

        Raises: ValueError: there is nothing between them.
        """
        self._validate_start_and_end_bytes(start_bytes, end_bytes)
        path = reading.place(self, obj, destination_path, overwrite_existing)
        with translated(self, obj.container.name, obj.name):
            reading.save(self.store, obj, path, start_bytes, end_bytes)
        return True

    def download_object_range_as_stream(
        self,
        obj: Object,
        start_bytes: int,
        end_bytes: int | None = None,
        chunk_size: int | None = None,
    ) -> Iterator[bytes]:
        """Yield the bytes from ``start_bytes`` up to ``end_bytes``, exclusive.

        Raises: ValueError: there is nothing between them.
        """
        self._validate_start_and_end_bytes(start_bytes, end_bytes)
        return self._stream(obj, start_bytes, end_bytes, chunk_size)

    def _stream(
        self, obj: Object, start: int, stop: int | None, chunk_size: int | None
    ) -> Iterator[bytes]:
        with translated(self, obj.container.name, obj.name):
            pieces = reading.stream(self.store, obj, start, stop)
            if chunk_size:
                pieces = read_in_chunks(pieces, chunk_size, fill_size=True)
            yield from pieces

    def delete_object(self, obj: Object) -> bool:
        """Delete an object. Raises: ObjectDoesNotExistError."""
        with translated(self, obj.container.name, obj.name):
            self.store.delete_path(obj.container.name, obj.name)
        return True
