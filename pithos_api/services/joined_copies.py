"""Copying what a large object reads as, so that the copy needs no segments."""

from collections.abc import Iterator
from dataclasses import replace

from accounts.credentials import Credentials
from pithos_api.services import large_objects
from pithos_api.services.copies import Copy
from pithos_api.services.heavy_work import Effort, turn_at
from pithos_api.services.metadata import change_details
from pithos_api.services.uploads import Body, Upload, store_object
from pithos_api.values import ObjectState, Published


def copy_joined(credentials: Credentials, copy: Copy, source: ObjectState) -> Published:
    """Store what a manifest reads as at the copy's destination.

    Raises:
        ForeignPartsError: whoever set it may not read the parts that the caller may.
        BrokenListError, SegmentChangedError; as ``uploads.store_object``;
        BusyError, ClientGoneError.
    """
    whole, parts = large_objects.open_large(source, credentials)
    large_objects.require_setters(source, parts)
    pieces = map(bytes, parts.read(0, whole.version.size))
    plain = replace(whole.version.details, manifest=None, segmented=None)
    change = replace(copy.change, manifest=None)
    upload = Upload(
        details=change_details(plain, change),
        body=Body(_Joined(pieces).readinto, whole.version.size),
        conditions=copy.conditions,
        share=copy.share,
    )
    with turn_at(whole.access.actor, whole.version.size):
        return store_object(credentials, copy.destination, upload)


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
