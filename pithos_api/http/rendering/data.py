"""Replies that carry an object's bytes, whole or in ranges (contract §3.3, §3.4)."""

from collections.abc import Iterator
from itertools import chain

from pithos_api.blocks.base import Piece
from pithos_api.services.objects.large_objects.opening import Readable
from pithos_api.values import ObjectState
from pithos_api.values.requests import ReadObject
from web.conditions import Subject
from web.fields.ranges import ByteRange, Multipart, parse_ranges
from web.reply import Reply
from web.views import not_modified, telling_state

Fields = list[tuple[str, str]]

_OF_PARTS = frozenset({"Content-Type", "Content-Encoding"})


def head_reply(wanted: ReadObject, state: ObjectState, headers: Fields) -> Reply:
    """Return what describes the object, or 304.

    Raises: ConditionFailedError.
    """
    unchanged = not_modified(wanted.conditions, subject_of(state), headers)
    return unchanged or Reply(200, [*headers, ("Content-Length", str(state.version.size))])


def subject_of(state: ObjectState) -> Subject:
    """Return what conditions are judged against.

    The bytes of a version that was asked for by its number never change. Those of a dynamic large
    object change without it: its parts do.
    """
    version = state.version
    return Subject(
        modified=None if version.details.manifest else state.last_change,
        etag=version.etag,
        shares_second=version.shares_second and not state.is_past,
    )


def data_reply(wanted: ReadObject, source: Readable, headers: Fields) -> Reply:
    """Return the object's bytes, or those of the wanted range, or 304.

    Raises: ConditionFailedError, RangeError; BlockNotFoundError, BlockDamagedError.
    """
    subject = subject_of(source.state)
    unchanged = not_modified(wanted.conditions, subject, headers)
    if unchanged is not None:
        return unchanged
    size = source.size
    with telling_state(headers):
        ranges = _ranges(wanted, subject, size)
    if ranges is None:
        return _stream(200, source, ByteRange(0, size), headers)
    if len(ranges) == 1:
        headers.append(("Content-Range", ranges[0].content_range(size)))
        return _stream(206, source, ranges[0], headers)
    return _multipart(source, ranges, headers)


def _ranges(wanted: ReadObject, subject: Subject, size: int) -> list[ByteRange] | None:
    if wanted.range is None or (wanted.if_range and not wanted.if_range.names(subject)):
        return None
    return parse_ranges(wanted.range, size)


def _stream(status: int, source: Readable, part: ByteRange, headers: Fields) -> Reply:
    """Return one run of bytes. The first piece is read now, so that damage is still a 503."""
    pieces = source.read(part.start, part.stop)
    first = bytes(next(pieces, b""))
    length = part.stop - part.start
    if len(first) == length:
        return Reply(status, headers, first)
    headers.append(("Content-Length", str(length)))
    return Reply(status, headers, chain((first,), pieces))


def _multipart(source: Readable, ranges: list[ByteRange], headers: Fields) -> Reply:
    """Return several runs of bytes. How they are to be read is said of each, not of the whole."""
    own = [field for field in headers if field[0] in _OF_PARTS]
    kept = [field for field in headers if field[0] not in _OF_PARTS]
    parts = Multipart(ranges, source.size, own)
    kept.append(("Content-Type", f"multipart/byteranges; boundary={parts.boundary}"))
    kept.append(("Content-Length", str(parts.length)))
    return Reply(206, kept, _parts(source, parts))


def _parts(source: Readable, parts: Multipart) -> Iterator[Piece]:
    for piece in parts.pieces():
        if isinstance(piece, ByteRange):
            yield from source.read(piece.start, piece.stop)
        else:
            yield piece
