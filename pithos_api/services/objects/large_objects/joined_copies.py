"""Joined copies: a large object's bytes as one object, which needs no segments."""

from collections.abc import Iterator
from dataclasses import replace

from accounts.tokens.credentials import Credentials
from pithos_api.services.metadata import change_details
from pithos_api.services.objects.large_objects import opening
from pithos_api.services.objects.writing import store_object
from pithos_api.services.storage.heavy_work import Effort, turn_at
from pithos_api.values import ObjectState, Published
from pithos_api.values.requests import Copy, Upload
from web.bodies.body import RequestBody


def copy_joined(credentials: Credentials, copy: Copy, source: ObjectState) -> Published:
    """Store the bytes that a large object reads as at the copy's destination.

    Raises:
        ForeignPartsError: the user who set the manifest may not read all parts that the caller may.
        BrokenListError, SegmentChangedError; as ``store_object``;
        BusyError, ClientGoneError.
    """
    whole = opening.readable(source, credentials)
    opening.require_setters(source, whole.parts)
    pieces = map(bytes, whole.read(0, whole.size))
    plain = replace(whole.state.version.details, manifest=None, segmented=None)
    change = replace(copy.change, manifest=None)
    upload = Upload(
        details=change_details(plain, change),
        conditions=copy.conditions,
        share=copy.share,
    )
    body = RequestBody(_Joined(pieces).readinto, whole.size)
    with turn_at(whole.state.access.actor, whole.size):
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
