"""A storage for Django: files of FileFields in a container of Pithos."""

import errno
import mimetypes
import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.storage import Storage
from django.utils.timezone import make_naive

from pithos_client.django_files import AnyFile, KeptFile, WrittenFile, source_of
from pithos_client.driver import Driver, connect
from pithos_client.errors import ChangedError, ContainerNotFoundError, NotFoundError
from pithos_client.resources import Object, absolute
from pithos_client.signed_urls import signed_url

_SECRET: Final = frozenset({"token", "url_key"})


@dataclass(frozen=True)
class StorageOptions:
    """The OPTIONS in STORAGES.

    location: a folder in the container. public: anybody may read what is saved, and ``url`` tells
    where. url_key: a ``Temp-URL-Key``, by which ``url`` is signed for ``url_seconds``. overwrite:
    what is saved replaces what has its name.
    """

    endpoint: str
    account: str
    container: str
    token: str = ""
    location: str = ""
    public: bool = False
    url_key: str = ""
    url_seconds: int = 3600
    overwrite: bool = False


class PithosStorage(Storage):
    """Files in a container, which is made when the first one is saved."""

    def __init__(self, **options: Any) -> None:
        """Keep the options; see ``StorageOptions``. Nothing is asked yet."""
        try:
            self.options = StorageOptions(**options)
        except TypeError as error:
            told = str(error).partition("() ")[2]
            raise ImproperlyConfigured(f"the OPTIONS of PithosStorage: {told}") from None
        self._given = options

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """Return how a migration writes the storage: without its secrets."""
        kind = type(self)
        said = {key: value for key, value in self._given.items() if key not in _SECRET}
        return f"{kind.__module__}.{kind.__qualname__}", (), said

    @cached_property
    def driver(self) -> Driver:
        """The account, by the library."""
        return connect(self.options.endpoint, self.options.account, self.options.token)

    def exists(self, name: str) -> bool:
        """Whether there is a file of that name."""
        try:
            self._object(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        """Return a file's size in bytes. Raises: FileNotFoundError."""
        return self._object(name).size

    def get_modified_time(self, name: str) -> datetime:
        """Return when a file was saved; aware if USE_TZ. Raises: FileNotFoundError."""
        moment = parsedate_to_datetime(self._object(name).extra["last_modified"])
        return moment if settings.USE_TZ else make_naive(moment)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of folders and of files in a folder; none are in one that is not."""
        folder = self._path(path)
        begin = f"{folder}/" if folder else ""
        try:
            folders, files = self.driver.list_folder(self.options.container, begin)
        except NotFoundError:
            return [], []
        return folders, files

    def delete(self, name: str) -> None:
        """Delete a file, if there is one of that name."""
        if not name:
            raise ValueError("The name must be given to delete().")
        try:
            self.driver.delete_path(self.options.container, self._path(name))
        except NotFoundError:
            return

    def url(self, name: str | None) -> str:
        """Return where a browser reads a file: a signed URL, or its public one.

        Raises: ValueError: the options have no ``url_key`` and are not ``public``.
        """
        path = self._path(name or "")
        if self.options.url_key:
            where = (self.options.container, path)
            key, seconds = self.options.url_key, self.options.url_seconds
            return signed_url(self.driver.connection, where, key, seconds)
        if not self.options.public:
            raise ValueError("This file is not accessible via a URL: set public or url_key.")
        found = self._object(name or "")
        if known := found.extra["public"]:
            return absolute(self.options.endpoint, known)
        return found.publish()

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return a name that is free, or the one that is given if it may be replaced."""
        if self.options.overwrite and not (max_length and len(name) > max_length):
            return name
        return super().get_available_name(name, max_length)

    def _open(self, name: str, mode: str = "rb") -> AnyFile:
        way = mode.replace("b", "").replace("t", "")
        if way == "w":
            return WrittenFile(name, lambda file: self.upload(name, file, replace=True))
        if way != "r":
            raise ValueError(f"files are opened to be read or to be written, not by {mode!r}")
        return KeptFile(name, mode, lambda: self._object(name))

    def _save(self, name: str, content: AnyFile) -> str:
        """Save a file under a name; under another one if somebody else has taken it meanwhile."""
        while True:
            try:
                self.upload(name, content, replace=self.options.overwrite)
            except ChangedError:
                name = self.get_available_name(name)
            else:
                return name.replace("\\", "/")

    def upload(self, name: str, content: AnyFile, *, replace: bool) -> None:
        """Make an object of a file. Raises: ChangedError: there is one, and it is not replaced."""
        headers = {} if replace else {"If-None-Match": "*"}
        if self.options.public:
            headers["X-Object-Public"] = "true"
        kind = getattr(content, "content_type", None) or _type(name)
        said = {"headers": headers, "content_type": kind}
        try:
            self._store(name, content, said)
        except ContainerNotFoundError:
            self.driver.create_container(self.options.container)
            self._store(name, content, said)

    def _store(self, name: str, content: AnyFile, said: Mapping[str, Any]) -> None:
        container = self.driver.known_container(self.options.container)
        self.driver.store_object(container, source_of(content), self._path(name), **said)

    def _object(self, name: str) -> Object:
        try:
            return self.driver.get_object(self.options.container, self._path(name))
        except NotFoundError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name) from None

    def _path(self, name: str) -> str:
        """Return the name of an object, which is below the location."""
        clean = posixpath.normpath(name.replace("\\", "/")) if name else "."
        if clean.startswith(("/", "../")) or clean == "..":
            raise SuspiciousFileOperation(f"{name!r} leads out of the storage")
        path = posixpath.normpath(posixpath.join(self.options.location.strip("/"), clean))
        return "" if path == "." else path


def _type(name: str) -> str:
    """Return the type that a name suggests; what is packed is not of the type of its content."""
    kind, packed = mimetypes.guess_type(name)
    return "application/octet-stream" if packed or not kind else kind
