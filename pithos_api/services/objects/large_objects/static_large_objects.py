"""Static large objects: their stored bytes are a list of segments, and they read as these joined.

The list is kept as JSON text, as Swift's clients get it back: ``name`` (``/container/object``),
``bytes``, ``hash``, ``content_type``, ``last_modified`` and, for a part of a segment, ``range``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO

import orjson

from accounts.tokens.credentials import Credentials
from pithos_api.errors import (
    BlockDamagedError,
    BlockNotFoundError,
    BrokenListError,
    InvalidSegmentListError,
    SegmentChangedError,
)
from pithos_api.services.access.permissions import require_reach
from pithos_api.services.objects.large_objects.parts import FoundPart, Parts, Viewer, find_all
from pithos_api.services.objects.large_objects.segment_lists import (
    MAX_LIST,
    SegmentEntry,
    cut,
    joined_etag,
    parse_list,
)
from pithos_api.services.objects.reading import content_of
from pithos_api.services.objects.writing import begin_write, check_etag, store_object
from pithos_api.services.storage.contents import Content, read_content
from pithos_api.values import ObjectPath, ObjectState, Published, Segmented
from pithos_api.values.requests import Segment, Upload
from web.bodies.body import RequestBody
from web.errors import UploadTooLargeError


def store_segment_list(
    credentials: Credentials, path: ObjectPath, upload: Upload, segments: Sequence[Segment]
) -> Published:
    """Make ``path`` a static large object of ``segments``, which the caller may read.

    upload: what else is said of it; its ETag is that of the whole.

    Returns: the ETag of the whole, MD5 of the segments' ETags.

    Raises:
        InvalidSegmentListError: names each segment that is not as the client says, or that the
            caller may not read.
        NotAllowedError: a segment is out of the credentials' reach.
        ETagMismatchError; as ``store_object``.
    """
    access = begin_write(credentials, path, upload.conditions, upload.share)
    paths = [segment.path for segment in segments]
    for each in paths:
        require_reach(credentials, each.account, each.container, each.name)
    found = find_all(Viewer(access.actor, credentials), access.owner, paths)
    require_listed(segments, found)
    whole = _whole(segments, found)
    check_etag(upload.etag, whole.etag)
    text = orjson.dumps([_listed(segment, found[segment.path]) for segment in segments])
    if len(text) > MAX_LIST:
        raise UploadTooLargeError(MAX_LIST)
    listed = replace(upload, details=replace(upload.details, segmented=whole), etag=None)
    body = RequestBody(BytesIO(text).readinto, len(text))
    return replace(store_object(credentials, path, listed, body), etag=whole.etag)


def require_listed(segments: Sequence[Segment], found: Mapping[ObjectPath, FoundPart]) -> None:
    """Make sure that segments are there as they are described.

    Raises: InvalidSegmentListError: names each that is not.
    """
    problems = {str(s.path): problem for s in segments if (problem := _problem(s, found))}
    if problems:
        raise InvalidSegmentListError(problems)


def open_segment_list(viewer: Viewer, state: ObjectState) -> Parts:
    """Return the segments of a static large object, opened with its content.

    Raises:
        BrokenListError.
        SegmentChangedError: a segment is gone or has changed, or the viewer may not read it.
    """
    entries = read_list(state)
    paths = [_path(state, entry) for entry in entries]
    found = find_all(viewer, state.access.owner, paths)
    listed = zip(paths, entries, strict=True)
    serials = [
        _unchanged(found.get(path), entry, number) for number, (path, entry) in enumerate(listed, 1)
    ]
    spans = [cut(entry.size, entry.range) for entry in entries]
    return Parts(serials, [entry.size for entry in entries], spans)


def segment_paths(state: ObjectState) -> list[ObjectPath]:
    """Return the paths of the segments of a static large object, each once.

    A list that cannot be read has none, so an object with such a list can be deleted.
    """
    try:
        return list(dict.fromkeys(_path(state, entry) for entry in read_list(state)))
    except (BrokenListError, BlockDamagedError, BlockNotFoundError):
        return []


def read_list(state: ObjectState) -> list[SegmentEntry]:
    """Return the list that a static large object, opened with its content, is made of.

    Raises: BrokenListError; BlockDamagedError, BlockNotFoundError.
    """
    whole = state.version.details.segmented
    if whole is None:
        raise BrokenListError("it is no list of segments")
    return parse_content(content_of(state.version), whole)


def parse_content(content: Content, whole: Segmented) -> list[SegmentEntry]:
    """Return the list that content is, which adds up to ``whole``. Raises: as ``read_list``."""
    if content.size > MAX_LIST:
        raise BrokenListError(f"it has more than {MAX_LIST} bytes")
    return parse_list(b"".join(read_content(content, 0, content.size)), whole)


def as_whole(state: ObjectState) -> ObjectState:
    """Return a static large object as it reads: the segments' total size, the joined ETag.

    Raises: BrokenListError: it cannot be read at all; BlockDamagedError, BlockNotFoundError.
    """
    whole = state.version.details.segmented
    if whole is None:
        return state
    read_list(state)
    return replace(state, version=replace(state.version, size=whole.size, etag=whole.etag))


def _problem(segment: Segment, found: Mapping[ObjectPath, FoundPart]) -> str:
    """Return what is wrong with a segment, "" if nothing is."""
    there = found.get(segment.path)
    if there is None:
        return "404 Not Found"
    if there.is_manifest:
        return "Is A Manifest"
    if segment.size not in {None, there.size}:
        return "Size Mismatch"
    if segment.etag not in {None, *there.etags}:
        return "Etag Mismatch"
    if cut(there.size, segment.range)[1] < 1:
        return "Unsatisfiable Range" if segment.range else "Too Small"
    return ""


def _whole(segments: Sequence[Segment], found: Mapping[ObjectPath, FoundPart]) -> Segmented:
    parts = [(found[segment.path], segment.range) for segment in segments]
    return Segmented(
        size=sum(cut(part.size, wanted)[1] for part, wanted in parts),
        etag=joined_etag((part.etags[0].hex(), wanted) for part, wanted in parts),
    )


def _listed(segment: Segment, found: FoundPart) -> dict[str, object]:
    path = segment.path
    entry: dict[str, object] = {
        "name": f"/{path.container}/{path.name}",
        "bytes": found.size,
        "hash": found.etags[0].hex(),
        "content_type": found.content_type,
        "last_modified": found.modified.replace(tzinfo=None).isoformat(timespec="microseconds"),
    }
    return {**entry, "range": segment.range} if segment.range else entry


def _path(state: ObjectState, entry: SegmentEntry) -> ObjectPath:
    return ObjectPath(state.path.account, entry.container, entry.name)


def _unchanged(found: FoundPart | None, entry: SegmentEntry, number: int) -> int:
    """Return the serial of what is still as it was listed. Raises: SegmentChangedError.

    A list that was stored before a segment's MD5 was made has its Merkle hash, for good.
    """
    same = found is not None and found.size == entry.size
    if found is None or not same or bytes.fromhex(entry.etag) not in found.etags:
        raise SegmentChangedError(number)
    return found.serial
