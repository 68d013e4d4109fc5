"""One state of the database as files: written durably, named when it is complete, verified."""

import fcntl
import gzip
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import orjson

from pithos_api.blocks.base import StoredBlock
from pithos_api.blocks.local.files import fsync_directory
from pithos_api.errors import BackupUnusableError

FORMAT: Final = 1
"""That of backups that are made. A change of anything in them or in their blocks is a new number;
the earlier ones stay in ``_READERS``.
"""

_MANIFEST: Final = "manifest.json"
_SEAL: Final = "manifest.sha256"
_BLOCKS: Final = "blocks.gz"
_PART: Final = ".part"
_LINE: Final = 64 + 1 + 20


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table: its columns in the order of the file, how many rows, and the file's SHA-256."""

    table: str
    columns: tuple[str, ...]
    rows: int
    sha256: str

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.table}.gz"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a state consists of.

    block_size: bytes, the store's. migrations: (app, name) of those that had been applied.
    sequences: (name, last value). blocks: how many are named; bytes: their stored lengths.
    missing: hex digests of those that the store itself had lost.
    """

    format: int
    block_size: int
    migrations: tuple[tuple[str, str], ...]
    tables: tuple[TableFile, ...]
    sequences: tuple[tuple[str, int], ...]
    blocks: int
    bytes: int
    blocks_sha256: str
    missing: tuple[str, ...] = ()


class HashedFile:
    """A new file that is hashed as it is written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hash = sha256()
        self._file = path.open("xb")

    def write(self, data: bytes) -> int:
        """Append ``data``."""
        self._hash.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Nothing to do before ``close``."""

    def close(self) -> str:
        """Make the file durable; return its SHA-256 in hex."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._hash.hexdigest()


@contextmanager
def compressed(file: HashedFile) -> Iterator[BinaryIO]:
    """What is written goes into ``file`` compressed; the same content gives the same bytes."""
    with gzip.GzipFile("", "wb", compresslevel=1, fileobj=cast(BinaryIO, file), mtime=0) as packed:
        yield cast(BinaryIO, packed)


@contextmanager
def sole_use(directory: Path) -> Iterator[None]:
    """Make the directory if it is absent, and let one process at a time back up to it.

    Raises: BackupUnusableError: another one is at it.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupUnusableError(directory, "another backup is under way there") from None
        yield


def begin(directory: Path) -> Path:
    """Return a new empty place for a state; what broken backups have left is removed."""
    for left in directory.glob(f"*{_PART}"):
        shutil.rmtree(left)
    place = directory / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}{_PART}"
    place.mkdir(mode=0o700)
    return place


def complete(place: Path, manifest: Manifest) -> Path:
    """Seal the state and give it its name, durably; return where it is now."""
    content = orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2)
    _write(place / _MANIFEST, content)
    _write(place / _SEAL, f"{sha256(content).hexdigest()}  {_MANIFEST}\n".encode())
    fsync_directory(os.fspath(place))
    named = place.with_suffix("").with_name(place.name.removesuffix(_PART))
    place.rename(named)
    fsync_directory(os.fspath(place.parent))
    return named


def states(directory: Path) -> list[Path]:
    """Return all complete states, the oldest first."""
    return sorted(seal.parent for seal in directory.glob(f"*Z/{_SEAL}"))


def read_manifest(state: Path) -> Manifest:
    """Return what belongs to a state, which is whole if this returns.

    Raises: BackupUnusableError: it is of another kind, or a file of it is missing or damaged.
    """
    try:
        manifest = _parsed(state)
        _compare(state / _BLOCKS, manifest.blocks_sha256)
        for table in manifest.tables:
            _compare(state / table.file, table.sha256)
    except OSError as error:
        raise BackupUnusableError(state, str(error)) from error
    return manifest


def listed_blocks(state: Path) -> Iterator[StoredBlock]:
    """Yield the blocks that a state names, by digest; when they were put is not known."""
    with gzip.open(state / _BLOCKS, "rb") as lines:
        while line := lines.readline(_LINE):
            digest, _, length = line.decode().partition(" ")
            yield StoredBlock(bytes.fromhex(digest), int(length), 0.0)


def block_list(place: Path) -> HashedFile:
    """Return the new file that lists the blocks of a state."""
    return HashedFile(place / _BLOCKS)


def _parsed(state: Path) -> Manifest:
    _compare(state / _MANIFEST, (state / _SEAL).read_text().split(" ")[0])
    found: dict[str, Any] = orjson.loads((state / _MANIFEST).read_bytes())
    number = found.get("format")
    if not isinstance(number, int) or number not in _READERS:
        raise BackupUnusableError(
            state,
            f"its format is {number}, and this version reads formats up to {FORMAT}:"
            " restore it with a newer one",
        )
    return _READERS[number](found)


def _read_format_1(found: dict[str, Any]) -> Manifest:
    found["tables"] = tuple(
        TableFile(**{**each, "columns": tuple(each["columns"])}) for each in found["tables"]
    )
    for name in ("migrations", "sequences"):
        found[name] = tuple((first, second) for first, second in found[name])
    return Manifest(**{**found, "missing": tuple(found["missing"])})


# By the number of the format: every one that there ever was.
_READERS: Final[Mapping[int, Callable[[dict[str, Any]], Manifest]]] = {1: _read_format_1}


def _compare(path: Path, wanted: str) -> None:
    with path.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != wanted:
            raise BackupUnusableError(path, "its bytes are not those that were written")


def _write(path: Path, content: bytes) -> None:
    file = HashedFile(path)
    file.write(content)
    file.close()
