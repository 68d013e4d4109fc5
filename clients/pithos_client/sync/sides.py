"""The two sides of a sync as they are now."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pithos_client.hash_records import HashRecords
from pithos_client.operations.fetching import PART_SUFFIX
from pithos_client.resources import Container, Object

_DIRECTORY = "application/directory"
_PARTS = (".part", PART_SUFFIX)


@dataclass(frozen=True)
class Side:
    """Paths with their states. skipped: names that the other side cannot have, with the reason."""

    states: dict[str, str]
    skipped: dict[str, str] = field(default_factory=dict)


def scan(root: Path, block_size: int, hashes: HashRecords) -> Side:
    """Return the files below a folder. Symbolic links and what is no file are skipped."""
    side = Side({})
    for path in _walk(root):
        name = path.relative_to(root).as_posix()
        try:
            name.encode()
        except UnicodeEncodeError:
            side.skipped[os.fsencode(path).hex()] = "its name is not UTF-8"
            continue
        if path.is_symlink() or not path.is_file():
            side.skipped[name] = "it is not a file"
            continue
        try:
            side.states[name] = hashes.content_hash(path, block_size)
        except OSError as error:
            side.skipped[name] = (error.strerror or "it cannot be read").lower()
    return side


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            if not (name.startswith(".") and name.endswith(_PARTS)):
                yield Path(folder) / name


def look(container: Container, prefix: str) -> tuple[Side, dict[str, Object]]:
    """Return the objects below a prefix, as states and as objects."""
    side = Side({})
    objects: dict[str, Object] = {}
    folders: set[str] = set()
    for each in container.driver.list_objects(container, prefix):
        path = each.name.removeprefix(prefix)
        if each.extra["content_type"].startswith(_DIRECTORY):
            continue
        reason = _unsafe(path) or ("there is a file of that name" if _below(path, objects) else "")
        if reason or path in folders:
            side.skipped[path] = reason or "there is a folder of that name"
            continue
        folders.update(_parents(path))
        side.states[path], objects[path] = each.object_hash, each
    return side, objects


def _unsafe(path: str) -> str:
    """Return why a name cannot be a path below a folder, "" if it can."""
    parts = path.split("/")
    if not all(parts) or {".", ".."} & set(parts) or "\0" in path:
        return "its name is no path"
    if any(len(part.encode()) > 255 for part in parts):
        return "its name is too long for a file"
    return ""


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    for count in range(1, len(parts) + 1):
        yield "/".join(parts[:count])


def _below(path: str, objects: dict[str, Object]) -> bool:
    return any(parent in objects for parent in _parents(path))
