"""Files and folders on this side."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pithos_client import Object
from pithos_client.command.terminal.names import object_name
from pithos_client.command.terminal.output import complain
from pithos_client.hash_records import HashRecords
from pithos_client.operations.fetching import PART_SUFFIX

FOLDER_TYPE: Final = "application/directory"
_MTIME: Final = "Mtime"
_NANO: Final = 10**9


@dataclass(frozen=True)
class Found:
    """A file, or an empty folder, and its name in the store."""

    path: Path
    name: str
    is_folder: bool = False


def walk(root: Path, prefix: str) -> Iterator[Found]:
    """Yield the files below a folder, and the folders in which there are none.

    Links to files count as these. Links to folders, and what is no file, are left out and told.

    prefix: what their names begin with in the store.
    """

    def name(path: str) -> str:
        relative = os.path.relpath(path, root)
        return prefix + ("" if relative == "." else object_name(relative))

    for folder, folders, files in os.walk(root, onerror=_unreadable):
        folders.sort()
        for each in sorted(files):
            path = os.path.join(folder, each)
            if not each.endswith(PART_SUFFIX) and _is_file(path):
                yield Found(Path(path), name(path))
        _tell_links(folder, folders)
        if not folders and not files and name(folder).strip("/"):
            yield Found(Path(folder), name(folder).rstrip("/"), is_folder=True)


def _is_file(path: str) -> bool:
    if os.path.isfile(path):
        return True
    complain(f"{path} is left out: it is no file")
    return False


def _tell_links(folder: str, folders: list[str]) -> None:
    for path in (os.path.join(folder, each) for each in folders):
        if os.path.islink(path):
            complain(f"{path} is left out: it is a link to a folder")


def _unreadable(error: OSError) -> None:
    raise error


def is_same(path: Path, thing: Object, records: HashRecords) -> bool:
    """Whether the file has the bytes of the object."""
    if not path.is_file() or path.stat().st_size != thing.size or not thing.object_hash:
        return False
    return records.content_hash(path, thing.container.block_size) == thing.object_hash


def meta_of(path: Path) -> dict[str, str]:
    """Return the metadata that keeps the time of a file."""
    whole, rest = divmod(path.stat().st_mtime_ns, _NANO)
    return {_MTIME: f"{whole}.{rest:09}"}


def has_time_of(thing: Object, path: Path) -> bool:
    """Whether the object keeps the time that the file has."""
    return _kept_time(thing) == meta_of(path)[_MTIME]


def _kept_time(thing: Object) -> str:
    # The case of a key does not matter; lists tell another than replies about one object.
    meta = {key.lower(): value for key, value in thing.extra["meta"].items()}
    return str(meta.get(_MTIME.lower(), ""))


def set_time(file: Path | int, thing: Object) -> None:
    """Give a file the time that its object keeps, if it keeps one. file: or its descriptor."""
    whole, _, rest = _kept_time(thing).partition(".")
    if whole.lstrip("-").isdecimal() and (not rest or rest.isdecimal()):
        when = int(whole) * _NANO + int(rest[:9].ljust(9, "0"))
        found = os.stat(file)
        if found.st_mtime_ns != when:
            os.utime(file, ns=(found.st_atime_ns, when))


def type_of(path: Path) -> dict[str, str]:
    """Return the header that tells what is in a file, by its name."""
    import mimetypes  # takes a while, and of unchanged files nobody asks

    kind, encoding = mimetypes.guess_type(path.name)
    return {"Content-Type": kind} if kind and not encoding else {}
