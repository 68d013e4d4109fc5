"""Replies that carry an object's bytes, whole or in ranges (contract §3.3, §3.4)."""

from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from web.conditions import ReadConditions, Subject, Validator
from web.fields.ranges import ByteRange, Multipart, parse_ranges
from web.reply import Piece, Reply
from web.views import not_modified, telling_state

Fields = list[tuple[str, str]]

_OF_PARTS = frozenset({"Content-Type", "Content-Encoding"})


class WantedData(Protocol):
    """What a reader asks for: on which conditions, and which bytes of which state."""

    @property
    def conditions(self) -> ReadConditions | None: ...
    @property
    def range(self) -> str | None: ...
    @property
    def if_range(self) -> Validator | None: ...


class DataState(Protocol):
    """What is told of bytes: how many, and what conditions are judged against."""

    @property
    def size(self) -> int: ...
    @property
    def subject(self) -> Subject: ...


class DataSource(DataState, Protocol):
    """Bytes that can be read. read: yields those from its first argument up to its second."""

    def read(self, start: int, stop: int, /) -> Iterator[Piece]: ...


def head_reply(wanted: WantedData, state: DataState, headers: Fields) -> Reply:
    """Return what describes the object, or 304.

    Raises: ConditionFailedError.
    """
    unchanged = not_modified(wanted.conditions, state.subject, headers)
    return unchanged or Reply(200, [*headers, ("Content-Length", str(state.size))])


def data_reply(wanted: WantedData, source: DataSource, headers: Fields) -> Reply:
    """Return the object's bytes, or those of the wanted range, or 304.

    Raises: ConditionFailedError, RangeError; whatever reading the first bytes raises.
    """
    subject = source.subject
    unchanged = not_modified(wanted.conditions, subject, headers)
    if unchanged is not None:
        return unchanged
    size = source.size
    ranges = None
    if wanted.range is not None and (wanted.if_range is None or wanted.if_range.names(subject)):
        with telling_state(headers):
            ranges = parse_ranges(wanted.range, size)
    if ranges is None:
        return _stream(200, source, ByteRange(0, size), headers)
    if len(ranges) == 1:
        headers.append(("Content-Range", ranges[0].content_range(size)))
        return _stream(206, source, ranges[0], headers)
    return _multipart(source, ranges, headers)


def _stream(status: int, source: DataSource, part: ByteRange, headers: Fields) -> Reply:
    """Return one run of bytes. The first piece is read now, so that damage is still a 503."""
    pieces = source.read(part.start, part.stop)
    first = bytes(next(pieces, b""))
    length = part.stop - part.start
    if len(first) == length:
        return Reply(status, headers, first)
    headers.append(("Content-Length", str(length)))
    return Reply(status, headers, chain((first,), pieces))


def _multipart(source: DataSource, ranges: list[ByteRange], headers: Fields) -> Reply:
    """Return several runs of bytes. How they are to be read is said of each, not of the whole."""
    own = [field for field in headers if field[0] in _OF_PARTS]
    kept = [field for field in headers if field[0] not in _OF_PARTS]
    parts = Multipart(ranges, source.size, own)
    kept.append(("Content-Type", f"multipart/byteranges; boundary={parts.boundary}"))
    kept.append(("Content-Length", str(parts.length)))
    return Reply(206, kept, _parts(source, parts))


def _parts(source: DataSource, parts: Multipart) -> Iterator[Piece]:
    for piece in parts.pieces():
        if isinstance(piece, ByteRange):
            yield from source.read(piece.start, piece.stop)
        else:
            yield piece
