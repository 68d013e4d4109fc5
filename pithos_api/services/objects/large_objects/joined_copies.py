"""Joined copies: a large object's bytes as one object, which needs no segments."""

from collections.abc import Iterator
from dataclasses import replace

from accounts.tokens.credentials import Credentials
from pithos_api.services.metadata import change_details
from pithos_api.services.objects.copying import Copy
from pithos_api.services.objects.large_objects import opening
from pithos_api.services.objects.large_objects.parts import read_parts
from pithos_api.services.objects.writing import Body, Upload, store_object
from pithos_api.services.storage.heavy_work import Effort, turn_at
from pithos_api.values import ObjectState, Published


def copy_joined(credentials: Credentials, copy: Copy, source: ObjectState) -> Published:
    """Store the bytes that a large object reads as at the copy's destination.

    Raises:
        ForeignPartsError: the user who set the manifest may not read all parts that the caller may.
        BrokenListError, SegmentChangedError; as ``writing.store_object``;
        BusyError, ClientGoneError.
    """
    whole, parts = opening.open_large(source, credentials)
    opening.require_setters(source, parts)
    pieces = map(bytes, read_parts(parts, 0, whole.version.size))
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
