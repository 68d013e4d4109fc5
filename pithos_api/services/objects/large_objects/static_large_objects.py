"""Static large objects: their stored bytes are a list of segments, and they read as these joined.

The list is kept as JSON text, as Swift's clients get it back: ``name`` (``/container/object``),
``bytes``, ``hash``, ``content_type``, ``last_modified`` and, for a part of a segment, ``range``; of
a static large object in it also ``sub_slo``; of bytes in the list itself ``data``, in base64.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import TypeAlias

import orjson

from accounts.tokens.credentials import Credentials
from pithos_api.errors import (
    BlockDamagedError,
    BlockNotFoundError,
    BrokenListError,
    InvalidSegmentListError,
    PartGoneError,
)
from pithos_api.services.access.permissions import require_reach
from pithos_api.services.objects.large_objects.finding import FoundPart, find_all
from pithos_api.services.objects.large_objects.nesting import (
    MAX_DEPTH,
    SegmentPlace,
    SegmentRow,
    nested_entries,
    open_entries,
    parse_content,
)
from pithos_api.services.objects.large_objects.parts import Parts, Viewer
from pithos_api.services.objects.large_objects.segment_lists import (
    MAX_LIST,
    SegmentEntry,
    cut,
    inline_entry,
    joined_etag,
)
from pithos_api.services.objects.reading import content_of
from pithos_api.services.objects.writing import begin_write, check_etag, store_object
from pithos_api.values import ObjectPath, ObjectState, Published, Segmented
from pithos_api.values.requests import InlineSegment, Segment, Upload, WrongSegment
from web.bodies.body import RequestBody
from web.errors import TooLarge, UploadTooLargeError

AnySegment: TypeAlias = Segment | InlineSegment | WrongSegment


class TooManySegmentsError(TooLarge):
    """A deletion would take along more segments than one request may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"one request deletes at most {most} segments")


def store_segment_list(
    credentials: Credentials, path: ObjectPath, upload: Upload, listed: Sequence[AnySegment]
) -> Published:
    """Make ``path`` a static large object of what is ``listed``, which the caller may read.

    upload: what else is said of it; its ETag is that of the whole.

    Returns: the ETag of the whole, MD5 of the segments' ETags.

    Raises:
        InvalidSegmentListError: names each segment that is not as the client says, or that the
            caller may not read.
        NotAllowedError: a segment is out of the credentials' reach.
        ETagMismatchError; as ``store_object``.
    """
    access = begin_write(credentials, path, upload.conditions, upload.share)
    paths = [segment.path for segment in listed if isinstance(segment, Segment)]
    for each in paths:
        require_reach(credentials, each.account, each.container, each.name)
    found = find_all(Viewer(access.actor, credentials), access.owner, paths)
    require_listed(listed, found)
    pairs = list(_entries(listed, found))
    whole = _whole([entry for entry, _ in pairs])
    check_etag(upload.etag, whole.etag)
    text = orjson.dumps([told for _, told in pairs])
    if len(text) > MAX_LIST:
        raise UploadTooLargeError(MAX_LIST)
    stored = replace(upload, details=replace(upload.details, segmented=whole), etag=None)
    body = RequestBody(BytesIO(text).readinto, len(text))
    return replace(store_object(credentials, path, stored, body), etag=whole.etag)


def require_listed(listed: Sequence[AnySegment], found: Mapping[ObjectPath, FoundPart]) -> None:
    """Make sure that segments are there as they are described.

    Raises: InvalidSegmentListError: names each that is not.
    """
    problems: dict[str, str] = {}
    for segment in listed:
        if isinstance(segment, WrongSegment):
            problems[segment.shown] = segment.problem
        elif isinstance(segment, Segment) and (problem := _problem(segment, found)):
            problems[str(segment.path)] = problem
    if not problems and not any(isinstance(segment, Segment) for segment in listed):
        problems["data"] = "Inline data needs at least one segment that is an object"
    if problems:
        raise InvalidSegmentListError(problems)


def open_segment_list(viewer: Viewer, state: ObjectState) -> Parts | SegmentRow:
    """Return the segments of a static large object, opened with its content.

    Raises: BrokenListError; as ``open_entries``.
    """
    return open_entries(_place(viewer, state), read_list(state))


def _place(viewer: Viewer, state: ObjectState) -> SegmentPlace:
    return SegmentPlace(viewer, state.path.account, state.access.owner)


def segment_paths(viewer: Viewer, state: ObjectState, most: int) -> list[ObjectPath]:
    """Return the paths of all segments of a static large object, each once.

    What is in a segment that is one itself comes before it. A list that cannot be read has none,
    so an object with such a list can be deleted.

    Raises: TooManySegmentsError: there are more than ``most``.
    """
    try:
        entries = read_list(state)
    except (BrokenListError, BlockDamagedError, BlockNotFoundError):
        return []
    seen: dict[ObjectPath, None] = {}
    for path in _walk(_place(viewer, state), entries, set()):
        seen[path] = None
        if len(seen) > most:
            raise TooManySegmentsError(most)
    return list(seen)


def _walk(
    place: SegmentPlace, entries: Sequence[SegmentEntry], opened: set[int]
) -> Iterator[ObjectPath]:
    """Yield what entries name, nested lists first. opened: serials of lists that were yielded."""
    paths = [place.path(entry) for entry in entries if entry.data is None]
    found = find_all(place.viewer, place.owner, paths)
    for path in dict.fromkeys(paths):
        part = found.get(path)
        nested = part is not None and part.whole is not None and part.serial not in opened
        if part is not None and part.whole is not None and nested and place.depth < MAX_DEPTH:
            opened.add(part.serial)
            with suppress(BrokenListError, BlockDamagedError, BlockNotFoundError, PartGoneError):
                inside = replace(place, depth=place.depth + 1)
                yield from _walk(inside, nested_entries(part.serial, part.whole), opened)
        yield path


def read_list(state: ObjectState) -> list[SegmentEntry]:
    """Return the list that a static large object, opened with its content, is made of.

    Raises: BrokenListError; BlockDamagedError, BlockNotFoundError.
    """
    whole = state.version.details.segmented
    if whole is None:
        raise BrokenListError("it is no list of segments")
    return parse_content(content_of(state.version), whole)


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
    if there.is_dynamic:
        return "Is A Manifest"
    if segment.size not in {None, there.size}:
        return "Size Mismatch"
    if segment.etag not in {None, *there.etags}:
        return "Etag Mismatch"
    if cut(there.size, segment.range)[1] < 1:
        return "Unsatisfiable Range" if segment.range else "Too Small"
    return ""


def _whole(entries: Sequence[SegmentEntry]) -> Segmented:
    return Segmented(
        size=sum(cut(entry.size, entry.range)[1] for entry in entries),
        etag=joined_etag((entry.etag, entry.range) for entry in entries),
    )


def _entries(
    listed: Sequence[AnySegment], found: Mapping[ObjectPath, FoundPart]
) -> Iterator[tuple[SegmentEntry, dict[str, object]]]:
    """Yield what is kept of each segment, as a value and as the stored list tells it."""
    for segment in listed:
        if isinstance(segment, InlineSegment):
            told: dict[str, object] = {"data": base64.b64encode(segment.data).decode()}
            yield inline_entry(segment.data), told
        elif isinstance(segment, Segment):
            part = found[segment.path]
            yield _entry(segment, part), _listed(segment, part)


def _entry(segment: Segment, part: FoundPart) -> SegmentEntry:
    path = segment.path
    etag = part.etags[0].hex()
    return SegmentEntry(path.container, path.name, etag, part.size, segment.range)


def _listed(segment: Segment, found: FoundPart) -> dict[str, object]:
    path = segment.path
    told: dict[str, object] = {
        "name": f"/{path.container}/{path.name}",
        "bytes": found.size,
        "hash": found.etags[0].hex(),
        "content_type": found.content_type,
        "last_modified": found.modified.replace(tzinfo=None).isoformat(timespec="microseconds"),
    }
    if found.whole is not None:
        told["sub_slo"] = True
    return {**told, "range": segment.range} if segment.range else told
