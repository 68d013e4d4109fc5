"""Static large objects: the bytes of one are a list of segments, and it reads as them joined.

The list is kept as JSON text, as Swift's clients get it back: ``name`` (``/container/object``),
``bytes``, ``hash``, ``content_type``, ``last_modified`` and, for a part of a segment, ``range``.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

import orjson

from accounts.tokens.credentials import Credentials
from pithos_api.errors import (
    ContainerNotFoundError,
    InvalidSegmentsError,
    SegmentChangedError,
)
from pithos_api.models import Version
from pithos_api.models.expressions import Infinity
from pithos_api.services.access.permissions import authorize, require_reach
from pithos_api.services.objects.large_objects.dynamic_large_objects import (
    Part,
    part_of,
    require_readable,
)
from pithos_api.services.objects.reading import content_of
from pithos_api.services.objects.writing import Body, Upload, check_etag, store_object
from pithos_api.services.storage.contents import read_content
from pithos_api.values import (
    ContainerPath,
    ObjectPath,
    ObjectState,
    Published,
    Right,
    Segmented,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """What a client says of a segment; None is not said.

    etag: MD5, 16 bytes. size: bytes of the object.
    range: the bytes of it that are meant: ``first-last``, ``first-`` or ``-count``.
    """

    path: ObjectPath
    etag: bytes | None = None
    size: int | None = None
    range: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """An object that a segment names, as it is now."""

    part: Part
    content_type: str
    modified: datetime
    is_manifest: bool


def store_segments(
    credentials: Credentials, path: ObjectPath, upload: Upload, segments: Sequence[Segment]
) -> Published:
    """Make ``path`` a static large object of ``segments``, which the caller may read.

    upload: what else is said of it; its body is read already, its ETag is that of the whole.

    Returns: the ETag of the whole, MD5 of the segments' ETags.

    Raises:
        InvalidSegmentsError: names each segment that is not what the client says.
        ETagMismatchError; as ``store_object``.
    """
    found = _find(credentials, [segment.path for segment in segments])
    problems = {str(s.path): problem for s in segments if (problem := _problem(s, found))}
    if problems:
        raise InvalidSegmentsError(problems)
    parts = [_cut(found[segment.path], segment.range) for segment in segments]
    whole = Segmented(
        size=sum(part.size for part in parts),
        etag=_joined_etag(zip(parts, (segment.range for segment in segments), strict=True)),
    )
    check_etag(upload.etag, whole.etag)
    text = orjson.dumps([_entry(segment, found[segment.path]) for segment in segments])
    listed = replace(
        upload,
        details=replace(upload.details, segmented=whole),
        body=Body(BytesIO(text).readinto, len(text)),
        etag=None,
    )
    return replace(store_object(credentials, path, listed), etag=whole.etag)


def open_segments(credentials: Credentials, state: ObjectState) -> list[Part]:
    """Return the segments of a static large object, as the caller may read them.

    Raises:
        SegmentChangedError: one is not there any more, or not as it was.
        NotAllowedError: the caller may not read one of them.
    """
    entries = read_list(state)
    paths = [_path(state, entry) for entry in entries]
    try:
        found = _find(credentials, paths)
    except ContainerNotFoundError as error:
        raise SegmentChangedError(str(paths[0])) from error
    return [_unchanged(found, path, entry) for path, entry in zip(paths, entries, strict=True)]


def segment_paths(state: ObjectState) -> list[ObjectPath]:
    """Return what the segments of a static large object are named, each once."""
    return list(dict.fromkeys(_path(state, entry) for entry in read_list(state)))


def read_list(state: ObjectState) -> list[dict[str, str]]:
    """Return the list that a static large object, opened with its content, is made of."""
    content = content_of(state.version)
    entries: list[dict[str, str]] = orjson.loads(b"".join(read_content(content, 0, content.size)))
    return entries


def as_whole(state: ObjectState) -> ObjectState:
    """Return a static large object as it reads: the segments' total size, the joined ETag."""
    whole = state.version.details.segmented
    if whole is None:
        return state
    return replace(state, version=replace(state.version, size=whole.size, etag=whole.etag))


def _find(credentials: Credentials, paths: Iterable[ObjectPath]) -> dict[ObjectPath, _Found]:
    """Return which of the paths are there, a few statements for each container.

    Raises: ContainerNotFoundError, NotAllowedError.
    """
    by_container: dict[ContainerPath, list[str]] = {}
    for path in dict.fromkeys(paths):
        container = ContainerPath(path.account, path.container)
        by_container.setdefault(container, []).append(path.name)
    found: dict[ObjectPath, _Found] = {}
    for container, names in by_container.items():
        for name in names:
            require_reach(credentials, container.account, container.container, name)
        first = ObjectPath(container.account, container.container, names[0])
        access = authorize(credentials, first, Right.READ)
        there = {
            ObjectPath(container.account, container.container, name): each
            for name, each in _objects(access.container, names)
        }
        require_readable(access, list(there))
        found |= there
    return found


def _objects(container: int, names: Sequence[str]) -> Iterable[tuple[str, _Found]]:
    rows = Version.objects.filter(
        container_id=container, name__in=names, valid_to=Infinity()
    ).values_list(
        *("name", "size", "etag", "merkle", "hashmap", "content_type", "valid_from"),
        *("manifest", "segmented_size"),
    )
    for name, size, etag, merkle, joint, kind, modified, manifest, segmented in rows:
        hashmap = None if joint is None else bytes(joint)
        part = part_of(size, bytes(etag), bytes(merkle), hashmap)
        is_manifest = manifest is not None or segmented is not None
        yield name, _Found(part, kind, modified, is_manifest)


def _problem(segment: Segment, found: Mapping[ObjectPath, _Found]) -> str:
    """Return what is wrong with a segment, "" if nothing is."""
    there = found.get(segment.path)
    if there is None:
        return "404 Not Found"
    if there.is_manifest:
        return "Is A Manifest"
    if segment.size not in {None, there.part.size}:
        return "Size Mismatch"
    if segment.etag not in {None, there.part.etag}:
        return "Etag Mismatch"
    if _cut(there, segment.range).size < 1:
        return "Unsatisfiable Range" if segment.range else "Too Small"
    return ""


def _cut(found: _Found, wanted: str | None) -> Part:
    """Return the part of the object that ``first-last`` selects; of size 0 if none is."""
    part = found.part
    if not wanted:
        return part
    first, _, last = wanted.partition("-")
    if not first:
        start, stop = max(part.size - int(last), 0), part.size
    else:
        start, stop = int(first), min(int(last) + 1, part.size) if last else part.size
    return replace(part, first=start, size=max(stop - start, 0))


def _joined_etag(parts: Iterable[tuple[Part, str | None]]) -> bytes:
    text = "".join(
        f"{part.etag.hex()}:{wanted};" if wanted else part.etag.hex() for part, wanted in parts
    )
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()


def _entry(segment: Segment, found: _Found) -> dict[str, object]:
    path = segment.path
    entry: dict[str, object] = {
        "name": f"/{path.container}/{path.name}",
        "bytes": found.part.size,
        "hash": found.part.etag.hex(),
        "content_type": found.content_type,
        "last_modified": found.modified.replace(tzinfo=None).isoformat(timespec="microseconds"),
    }
    return {**entry, "range": segment.range} if segment.range else entry


def _path(state: ObjectState, entry: Mapping[str, str]) -> ObjectPath:
    container, _, name = entry["name"].removeprefix("/").partition("/")
    return ObjectPath(state.path.account, container, name)


def _unchanged(
    found: Mapping[ObjectPath, _Found], path: ObjectPath, entry: Mapping[str, str]
) -> Part:
    there = found.get(path)
    if there is None or there.part.etag.hex() != entry["hash"]:
        raise SegmentChangedError(str(path))
    return _cut(there, entry.get("range"))
