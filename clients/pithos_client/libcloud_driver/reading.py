"""Bytes of objects as Libcloud's users read them."""

from collections.abc import Iterator
from pathlib import Path

from libcloud.common.types import LibcloudError
from libcloud.storage.base import Object, StorageDriver

from pithos_client.connection import Connection
from pithos_client.downloads import Version, checked, read_pieces, write_beside
from pithos_client.driver import Driver
from pithos_client.errors import ChangedError


def _known(store: Driver, obj: Object) -> Version:
    """Return the state that an object was found in, or what is there if only its name is known."""
    if not obj.hash:
        return _current(store, obj)
    return _version(store.connection, obj)


def _version(connection: Connection, obj: Object) -> Version:
    return Version(
        connection,
        obj.container.name,
        obj.name,
        int(obj.size),
        obj.hash,
        obj.extra.get("object_hash") or "",
        obj.container.extra.get("block_size") or 0,
    )


def _current(store: Driver, obj: Object) -> Version:
    return store.get_object(obj.container.name, obj.name).version


def stream(store: Driver, obj: Object, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Yield bytes of one version: the one that was found or, if it is gone, the present one."""
    pieces = _pieces(_known(store, obj), start, stop)
    try:
        first = next(pieces, b"")
    except ChangedError:
        pieces = _pieces(_current(store, obj), start, stop)
        first = next(pieces, b"")
    if first:
        yield first
    yield from pieces


def _pieces(version: Version, start: int, stop: int | None) -> Iterator[bytes]:
    pieces = read_pieces(version, start, stop)
    return checked(version, pieces) if (start, stop) == (0, None) else pieces


def save(store: Driver, obj: Object, path: Path, start: int = 0, stop: int | None = None) -> None:
    """Write bytes of one version as a file, which appears when it is whole."""
    try:
        write_beside(path, _pieces(_known(store, obj), start, stop))
    except ChangedError:
        write_beside(path, _pieces(_current(store, obj), start, stop))


def place(driver: StorageDriver, obj: Object, destination: str, overwrite: bool) -> Path:
    """Return the file that a destination means; it is below one that ends in ``/``.

    Raises: LibcloudError: its directory is missing, or it is there already.
    """
    path = Path(destination)
    if destination.endswith("/"):
        if not path.is_dir():
            raise LibcloudError(f"Path {destination} does not exist", driver)
        path = _below(driver, path, obj.name)
    if path.exists() and not overwrite:
        raise LibcloudError(f"File {path} already exists", driver)
    return path


def _below(driver: StorageDriver, folder: Path, name: str) -> Path:
    """Return where a name leads from a folder, but never out of it."""
    path = folder / name.lstrip("/")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise LibcloudError(f"The name {name!r} leads out of {folder}", driver)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
