"""Copies for which bytes are read: of a part of an object, and of a large object joined."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

from accounts.tokens.credentials import Credentials
from pithos_api.services.metadata import change_details
from pithos_api.services.objects import copying, reading
from pithos_api.services.objects.large_objects import opening
from pithos_api.services.objects.large_objects.opening import Readable
from pithos_api.services.objects.writing import store_object
from pithos_api.services.storage.heavy_work import Effort, turn_at
from pithos_api.values import Published
from pithos_api.values.requests import Copy, Upload
from web.bodies.body import RequestBody
from web.errors import InvalidRequest
from web.fields.ranges import ByteRange, parse_ranges


class SeveralRangesError(InvalidRequest):
    """A copy is to take several ranges of its source, which are no one object."""

    def __init__(self) -> None:
        super().__init__("a copy takes one range of its source")


def copy_readable(credentials: Credentials, copy: Copy, *, joins: bool) -> Published:
    """Copy what an object reads as, or the part of it that is selected.

    joins: a large object is copied as one that needs no segments. Otherwise its manifest is
    copied, unless only a part of the bytes is wanted.

    Raises:
        RangeError: no byte is selected. SeveralRangesError.
        ForeignPartsError: the user who set the manifest may not read all parts that the caller may.
        BrokenListError, SegmentChangedError; as ``copy_object`` and ``store_object``;
        BusyError, ClientGoneError.
    """
    if copy.selection is None and not joins:
        return copying.copy_object(credentials, copy)
    copy = copying.resolved(credentials, copy)
    state = copying.open_source(credentials, copy)
    copy = copying.led(copy, state)
    is_large = reading.is_manifest(state)
    if not is_large and copy.selection is None:
        return copying.copy_object(credentials, copy)
    source = opening.readable(state, credentials)
    part = _selected(copy, source)
    if part is None and not (joins and is_large):
        return copying.copy_object(credentials, copy)
    if is_large:
        opening.require_setters(state, source.parts)
    return _store(credentials, copy, source, part or ByteRange(0, source.size))


def _selected(copy: Copy, source: Readable) -> ByteRange | None:
    """Return the bytes that the copy selects, None for all.

    Raises: RangeError, SeveralRangesError.
    """
    wanted = copy.selection
    subject = source.state.subject
    if wanted is None or (wanted.if_range and not wanted.if_range.names(subject)):
        return None
    ranges = parse_ranges(wanted.range, source.size)
    if ranges is not None and len(ranges) > 1:
        raise SeveralRangesError
    return None if ranges is None else ranges[0]


def _store(credentials: Credentials, copy: Copy, source: Readable, part: ByteRange) -> Published:
    """Store bytes of the source at the copy's destination, described as the source is."""
    size = part.stop - part.start
    pieces = map(bytes, source.read(part.start, part.stop))
    details, change = source.state.version.details, copy.change
    if reading.is_manifest(source.state):
        details = replace(details, manifest=None, segmented=None, manifest_by=None)
        change = replace(change, manifest=None)
    upload = Upload(
        details=change_details(details, change),
        conditions=copy.conditions,
        share=copy.share,
        uuid=None if copy.source == copy.destination else str(uuid4()),
    )
    body = RequestBody(_Joined(pieces).readinto, size)
    with turn_at(source.state.access.actor, size):
        return store_object(credentials, copy.destination, upload, body)


class _Joined:
    """Pieces of bytes as a body to be read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")
        self._effort = Effort()

    def readinto(self, buffer: memoryview) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        self._effort.add(count)
        return count
