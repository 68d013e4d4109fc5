"""Bodies that are parsed as a whole: they wait on disk, and few of them are in memory at a time.

A client that sends slowly holds a file, not the memory of what it has sent, and no place: that is
taken once the body is complete.
"""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Final, TypeAlias

from pithos_api.services import connections
from web.bodies.body import RequestBody, read_all
from web.errors import IncompleteBodyError, Unavailable, UploadTooLargeError

Document: TypeAlias = bytes | mmap.mmap
"""A whole body; what is sliced off is ``bytes``."""

SMALL: Final = 1024 * 1024
PLACES: Final = 2
PATIENCE_SECONDS: Final = 10.0

_PIECE: Final = 64 * 1024


@cache
def _places() -> BoundedSemaphore:
    """Return this worker's places for large documents in memory."""
    return BoundedSemaphore(PLACES)


class TooManyDocumentsError(Unavailable):
    """As many large documents as may are in memory already."""

    def __init__(self) -> None:
        super().__init__("too many large hashmaps and manifests come at once")


@contextmanager
def open_document(body: RequestBody, limit: int) -> Iterator[Document]:
    """Receive a body of at most ``limit`` bytes and hold it in memory while it is parsed.

    Raises: TooManyDocumentsError: more than 1 MiB found no place within 10 seconds;
        UploadTooLargeError, IncompleteBodyError; whatever reading raises.
    """
    if body.length is not None and body.length > limit:
        raise UploadTooLargeError(limit)
    body.gather(limit + 1)
    if body.length is not None and body.length <= SMALL:
        yield read_all(body, SMALL)
        return
    with TemporaryFile() as file:
        size = _receive(body, file, limit)
        file.seek(0)
        if size <= SMALL:
            yield file.read()
            return
        # A mapping of its own goes back to the system as soon as it is closed.
        with place_in_memory(), mmap.mmap(-1, size) as memory:
            file.readinto(memory)
            yield memory


def _receive(body: RequestBody, file: IO[bytes], limit: int) -> int:
    """Copy the body to ``file`` and return its size."""
    piece = memoryview(bytearray(_PIECE))
    size = 0
    while count := body.readinto(piece):
        size += count
        if size > limit:
            raise UploadTooLargeError(limit)
        file.write(piece[:count])
    if body.length is not None and size != body.length:
        raise IncompleteBodyError(body.length, size)
    return size


@contextmanager
def place_in_memory() -> Iterator[None]:
    """Be one of the two of this worker who may hold a large document.

    Raises: TooManyDocumentsError.
    """
    connections.release()
    if not _places().acquire(timeout=PATIENCE_SECONDS):
        raise TooManyDocumentsError
    try:
        yield
    finally:
        _places().release()
