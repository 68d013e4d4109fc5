"""Bodies that are parsed as a whole: they wait on disk, and few of them are in memory at a time.

A client that sends slowly holds a file, not the memory of what it has sent, and no place: that is
taken once the body is complete.
"""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Final, TypeAlias

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import IncompleteBodyError, Unavailable, UploadTooLargeError
from pithos_api.http.body import open_body, read_all
from pithos_api.services import sessions
from pithos_api.services.uploads import Body

Document: TypeAlias = bytes | mmap.mmap
"""A whole body; what is sliced off is ``bytes``."""

SMALL: Final = 1024 * 1024
PLACES: Final = 2
PATIENCE_SECONDS: Final = 10.0

_PIECE: Final = 64 * 1024

# Of this worker: large documents in memory.
_places = BoundedSemaphore(PLACES)


class TooManyDocumentsError(Unavailable):
    def __init__(self) -> None:
        super().__init__("too many large hashmaps and manifests come at once")


@contextmanager
def open_document(request: WSGIRequest, limit: int) -> Iterator[Document]:
    """Receive a body of at most ``limit`` bytes and hold it in memory while it is parsed.

    Raises: TooManyDocumentsError: more than 1 MiB found no place within 10 seconds;
        UploadTooLargeError, IncompleteBodyError; as ``open_body``.
    """
    body = open_body(request)
    if body.length is not None and body.length > limit:
        raise UploadTooLargeError(limit)
    if body.length is not None and body.length <= SMALL:
        yield read_all(request, SMALL)
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


def _receive(body: Body, file: IO[bytes], limit: int) -> int:
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
    sessions.spare()
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise TooManyDocumentsError
    try:
        yield
    finally:
        _places.release()
