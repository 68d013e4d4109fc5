"""Getting bytes out of a store, whole, in part, and as a file."""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import md5
from os import PathLike
from pathlib import Path
from typing import Any, Final

from urllib3.exceptions import HTTPError

from pithos_client.connection import Connection, Request
from pithos_client.errors import HashMismatchError, UnavailableError
from pithos_client.hashing import ContentHash

Progress = Callable[[int], None]

_PIECE: Final = 1 << 22
_READ_AHEAD: Final = 1 << 20


@dataclass(frozen=True)
class Version:
    """One state of an object, which alone is read. etag, object_hash: hex; "" is not known.

    block_size: of the blocks that ``object_hash`` is made of; 0: not known. serial: the number of
    a version that need not be current; None: the current one.
    """

    connection: Connection
    container: str
    name: str
    size: int
    etag: str
    object_hash: str
    block_size: int
    serial: int | None = None


def read_pieces(version: Version, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Yield the bytes of a version from ``start`` up to ``stop``, exclusive.

    A connection that is cut is made again, and goes on where the last one ended.

    Raises: ChangedError: the object is another by now; RequestError, UnavailableError.
    """
    end = version.size if stop is None else min(stop, version.size)
    at, patience = start, version.connection.patience
    turns = patience.retries
    while at < end:
        before = at
        try:
            for piece in _pieces(version, at, end):
                at += len(piece)
                yield piece
        except (HTTPError, OSError):
            turns = patience.retries if at > before else turns - 1
            if turns < 0:
                raise UnavailableError(
                    version.connection.endpoint, "the connection was cut"
                ) from None
        else:
            turns = turns if at > before else turns - 1
            if turns < 0:
                raise UnavailableError(version.connection.endpoint, "it sends no more bytes")


def _pieces(version: Version, start: int, stop: int) -> Iterator[bytes]:
    headers = {"If-Match": f'"{version.etag}"'} if version.etag else {}
    if (start, stop) != (0, version.size):
        headers["Range"] = f"bytes={start}-{stop - 1}"
    path = (version.container, version.name)
    query = {} if version.serial is None else {"version": str(version.serial)}
    wanted = Request("GET", path, query, headers, stream=True)
    response = version.connection.send(wanted, {200, 206})
    with response:
        if response.status == 200 and start:
            raise OSError("the range was ignored")
        left = stop - start
        # The bytes as they are stored: a Content-Encoding is the object's, not the transfer's.
        while left and (piece := response.read(min(_PIECE, left), decode_content=False)):
            left -= len(piece)
            yield piece


def save(
    version: Version,
    target: str | PathLike[str],
    *,
    overwrite: bool = False,
    progress: Progress = lambda _: None,
) -> Path:
    """Save a version as a file, or under the last part of its name in a directory.

    It appears whole, under its name, when its hash is right. Until then it is beside it.

    Raises: FileExistsError; HashMismatchError; as ``read_pieces``.
    """
    path = Path(target)
    if path.is_dir():
        path /= version.name.rstrip("/").rpartition("/")[2]
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} exists already")
    write_beside(path, checked(version, read_pieces(version)), progress)
    return path


def write_beside(path: Path, pieces: Iterable[bytes], progress: Progress = lambda _: None) -> None:
    """Write a file that appears under its name when it is whole; until then it is beside it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            for piece in pieces:
                file.write(piece)
                progress(len(piece))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def checked(version: Version, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces of all of a version, and compare its hash at the end.

    Raises: HashMismatchError.
    """
    if version.object_hash and version.block_size:
        made: Any = ContentHash(version.block_size)
        expected = version.object_hash
    else:
        made = md5(usedforsecurity=False)
        expected = version.etag if len(version.etag) == made.digest_size * 2 else ""
    count = 0
    for piece in pieces:
        made.update(piece)
        count += len(piece)
        yield piece
    if count != version.size:
        raise HashMismatchError(version.name, f"{version.size} bytes", f"{count} bytes")
    if expected and made.hexdigest() != expected:
        raise HashMismatchError(version.name, expected, made.hexdigest())


class ObjectFile(io.RawIOBase):
    """A version as a file that reads what is asked for. Other programs' changes do not show."""

    def __init__(self, version: Version) -> None:
        super().__init__()
        self._version = version
        self._at = 0
        self.name = version.name

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the beginning, from here or from the end."""
        begins = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._version.size}
        place = begins[whence] + offset
        if place < 0:
            raise ValueError(f"there is no place {place}")
        self._at = place
        return place

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from here on; return how many bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")
        count = min(len(view), max(self._version.size - self._at, 0))
        at = 0
        if count:
            for piece in read_pieces(self._version, self._at, self._at + count):
                view[at : at + len(piece)] = piece
                at += len(piece)
        self._at += at
        return at


def open_file(version: Version) -> io.BufferedReader:
    """Return a version as a file like any other, which reads ahead."""
    return io.BufferedReader(ObjectFile(version), _READ_AHEAD)
