"""Replies that carry an object's bytes, whole or in ranges (contract §3.3, §3.4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.core.handlers.wsgi import WSGIRequest

from accounts.credentials import Credentials
from pithos_api.blocks.base import Piece
from pithos_api.http.conditions import Subject, range_still_applies
from pithos_api.http.ranges import ByteRange, Multipart, parse_ranges
from pithos_api.http.reply import Reply
from pithos_api.http.views.base import not_modified
from pithos_api.services import downloads, large_objects
from pithos_api.services.contents import send_content
from pithos_api.values import ObjectState

Fields = list[tuple[str, str]]
Reader = Callable[[int, int], Iterator[Piece]]


@dataclass(frozen=True, slots=True)
class Readable:
    """What a GET may send: a state, and how to read the bytes ``start`` to ``stop`` of it."""

    state: ObjectState
    read: Reader


def readable(state: ObjectState, credentials: Credentials | None) -> Readable:
    """Return the object's own bytes, or what its manifest names.

    credentials: None is a public link.

    Raises: BrokenListError, SegmentChangedError: of a static large object.
    """
    if not downloads.is_manifest(state):
        return as_stored(state)
    whole, parts = large_objects.open_large(state, credentials)
    return Readable(whole, parts.read)


def as_stored(state: ObjectState) -> Readable:
    """Return the object's own bytes, also of a manifest."""
    content = downloads.content_of(state.version)
    return Readable(state, lambda start, stop: send_content(content, start, stop))


def head_reply(request: WSGIRequest, state: ObjectState, headers: Fields) -> Reply:
    """Return what describes the object, or 304.

    Raises: ConditionFailedError.
    """
    version = state.version
    subject = Subject(state.last_change, version.etag)
    unchanged = not_modified(request, subject, headers)
    return unchanged or Reply(200, [*headers, ("Content-Length", str(version.size))])


def data_reply(request: WSGIRequest, source: Readable, headers: Fields) -> Reply:
    """Return the object's bytes, or those that Range selects, or 304.

    Raises: ConditionFailedError, RangeError; BlockNotFoundError, BlockDamagedError.
    """
    state = source.state
    subject = Subject(state.last_change, state.version.etag)
    unchanged = not_modified(request, subject, headers)
    if unchanged is not None:
        return unchanged
    size = state.version.size
    ranges = _ranges(request, subject, size)
    if ranges is None:
        return _stream(200, source, ByteRange(0, size), headers)
    if len(ranges) == 1:
        headers.append(("Content-Range", ranges[0].content_range(size)))
        return _stream(206, source, ranges[0], headers)
    return _multipart(source, Multipart(ranges, size), headers)


def _ranges(request: WSGIRequest, subject: Subject, size: int) -> list[ByteRange] | None:
    value = request.META.get("HTTP_RANGE")
    if not value or not range_still_applies(request, subject):
        return None
    return parse_ranges(value, size)


def _stream(status: int, source: Readable, part: ByteRange, headers: Fields) -> Reply:
    """Return one run of bytes. The first piece is read now, so that damage is still a 503."""
    pieces = source.read(part.start, part.stop)
    first = bytes(next(pieces, b""))
    length = part.stop - part.start
    if len(first) == length:
        return Reply(status, headers, first)
    headers.append(("Content-Length", str(length)))
    return Reply(status, headers, chain((first,), pieces))


def _multipart(source: Readable, parts: Multipart, headers: Fields) -> Reply:
    kept = [field for field in headers if field[0] != "Content-Type"]
    kept.append(("Content-Type", f"multipart/byteranges; boundary={parts.boundary}"))
    kept.append(("Content-Length", str(parts.length)))
    return Reply(206, kept, _parts(source, parts))


def _parts(source: Readable, parts: Multipart) -> Iterator[Piece]:
    for piece in parts.pieces():
        if isinstance(piece, ByteRange):
            yield from source.read(piece.start, piece.stop)
        else:
            yield piece
