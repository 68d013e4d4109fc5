"""Operations on files, each as durability needs it."""

import errno
import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Final, Protocol

from pithos_api.blocks.base import PIECE_SIZE, FileSpan, Piece, file_pieces
from pithos_api.blocks.buffers import buffer_pool
from pithos_api.blocks.crash import crash_point
from pithos_api.errors import BlockStoreFullError, BlockStoreUnavailableError

logger = logging.getLogger(__name__)

DIRECT_SIZE: Final = 256 * 1024
"""Bytes from which a block is written past the page cache: making a page costs more than hashing
it (1 MiB: 3.7 ms of processor time by the cache, 1.1 ms past it), and is of use only if somebody
reads the block soon. Shorter ones would rather wait for the disk once than twice."""

FIRST_SIZE: Final = 64 * 1024
"""Bytes of a block that are read before its download begins."""

_SECTOR: Final = 4096
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@contextmanager
def os_errors() -> Iterator[None]:
    """Say an OSError in terms of the store; the cause is logged and stays chained."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            logger.error("the block store is full: %s", error)
            raise BlockStoreFullError from error
        logger.error("the block store fails: %s", error)
        raise BlockStoreUnavailableError(str(error)) from error


def write_durably(fd: int, block: bytes | memoryview) -> None:
    """Write all of ``block`` and wait until the disk has it. On failure give the file up."""
    rest = memoryview(block)
    if len(rest) >= DIRECT_SIZE:
        rest = rest[_write_directly(fd, rest) :]
    while rest:
        rest = rest[os.write(fd, rest) :]
    os.fdatasync(fd)
    crash_point("block-written")


def _write_directly(fd: int, block: memoryview) -> int:
    """Write the whole sectors of ``block`` past the page cache; return how many bytes went so.

    They are fewer if the file system cannot do that, or not from this place in memory.
    """
    written, whole = 0, len(block) - len(block) % _SECTOR
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    try:
        fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_DIRECT)
        try:
            while written < whole and written % _SECTOR == 0:
                written += os.write(fd, block[written:whole])
        finally:
            fcntl.fcntl(fd, fcntl.F_SETFL, flags)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    return written


def link_open_file(fd: int, path: str) -> None:
    """Give the open file ``fd`` (which may be nameless) the name ``path``, which must be free."""
    # src_dir_fd makes Python call linkat(AT_SYMLINK_FOLLOW); link(2) would link the symlink: EXDEV.
    os.link(f"/proc/self/fd/{fd}", path, src_dir_fd=fd, follow_symlinks=True)


def fsync_directory(path: str) -> None:
    """Wait until the disk has the names in the directory ``path``."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def is_there(path: str) -> bool:
    """Like os.path.exists, but a failing disk is an error and not an absence."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    return True


def regular_files(directory: str) -> Iterator[tuple[str, os.stat_result]]:
    """Path and description of each file in a directory, but those that vanish meanwhile."""
    with os.scandir(directory) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                yield entry.path, entry.stat()


def file_spans(fd: int, start: int, stop: int) -> Iterator[Piece]:
    """The same bytes as ``file_pieces``: a first piece, and where the rest is.

    The first is small, and not kept here: a thousand clients may stop reading behind it.
    """
    first = min(start + FIRST_SIZE, stop)
    if start < first:
        yield b"".join(file_pieces(fd, start, first))
    if first < stop:
        yield FileSpan(fd, first, stop)


class Hash(Protocol):
    """What takes bytes in their order, as those of hashlib do."""

    def update(self, data: memoryview, /) -> None:
        """Go on with the next bytes."""


def hash_of_file(fd: int, size: int) -> bytes:
    """SHA-256 of the file's first ``size`` bytes, which it must have."""
    found = sha256()
    feed_from_file(fd, size, found)
    return found.digest()


def feed_from_file(fd: int, size: int, *hashes: Hash) -> None:
    """Have each of ``hashes`` take the file's first ``size`` bytes, which it must have.

    Read into a borrowed buffer: what many threads allocate and free stays in their arenas.
    """
    at = 0
    buffer = buffer_pool(PIECE_SIZE).borrow()
    try:
        while at < size:
            count = os.preadv(fd, [buffer[: size - at]], at)
            if not count:
                raise OSError(errno.EIO, "a block became shorter while it was read")
            for each in hashes:
                each.update(buffer[:count])
            at += count
    finally:
        buffer_pool(PIECE_SIZE).give_back(buffer)
