"""Blocks as files of one directory tree.

    <root>/abc/<64 hex>    a block, trimmed; abc = the first three hex digits of its digest
    <root>/incoming/<hex>  a block on its way; whatever is an hour old was left by a crash

Write order: write, fdatasync, name (link or rename), then, once an upload, fsync of each directory
that got a name. A name therefore never stands for a torn block, whatever dies when; and what is
settled survives a loss of power. An fsync that fails is never tried again on the same file (the
kernel may have dropped the pages and would report success): the file is given up.
"""

import errno
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Final
from uuid import uuid4

from pithos_api.blocks.base import Verify, zeros
from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.files import (
    file_pieces,
    fsync_directory,
    link_open_file,
    os_errors,
    write_durably,
)
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.blocks.verified import VerifiedBlocks
from pithos_api.errors import BlockDamagedError, BlockNotFoundError

logger = logging.getLogger(__name__)

FANOUT_DIGITS: Final = 3
"""Hex digits of a directory's name: 4,096 directories, 244 files each at a million blocks."""

_BLOCK_NAME: Final = re.compile(r"[0-9a-f]{64}")
_FANOUT_NAME: Final = re.compile(r"[0-9a-f]{3}")


class LocalBlockStore:
    """A ``BlockStore`` in a directory, shared by all processes that open it.

    root: created if absent, mode 0700; nothing in it is ever removed but by ``delete`` and
    ``sweep_incoming``. verify: see ``Verify``.
    """

    def __init__(self, root: Path | str, verify: Verify = "first") -> None:
        self._root = os.fspath(root)
        self._incoming = os.path.join(self._root, "incoming")
        self._verify = verify
        self._verified = VerifiedBlocks()
        self._durable_fanouts: set[str] = set()
        with os_errors():
            os.makedirs(self._root, mode=0o700, exist_ok=True)
            os.makedirs(self._incoming, mode=0o700, exist_ok=True)
            fsync_directory(self._root)
            fsync_directory(os.path.dirname(os.path.abspath(self._root)))
            self._anonymous = self._has_anonymous_files()

    def put(self, digest: bytes, block: bytes | memoryview) -> None:
        """See ``BlockStore.put``."""
        with os_errors():
            if self._anonymous:
                self._put_anonymous(self._path(digest), block)
            else:
                self._put_named(self._path(digest), block)
        crash_point("block-linked")

    def settle(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.settle``: one fsync a directory, one of the root for new ones."""
        fanouts = {digest.hex()[:FANOUT_DIGITS] for digest in digests}
        with os_errors():
            for fanout in fanouts:
                fsync_directory(os.path.join(self._root, fanout))
            # Another process may have made the directory and not yet fsynced the root.
            if not fanouts <= self._durable_fanouts:
                fsync_directory(self._root)
                self._durable_fanouts |= fanouts
        crash_point("blocks-settled")

    def get(self, digest: bytes) -> bytes:
        """See ``BlockStore.get``."""
        if digest == EMPTY_DIGEST:
            return b""
        with os_errors(), self._opened(digest) as (fd, file):
            block = b"".join(file_pieces(fd, 0, file.st_size))
            if self._is_to_verify(digest, file):
                self._compare(digest, sha256(block).digest(), file)
            return block

    def read(self, digest: bytes, start: int, stop: int) -> Iterator[bytes]:
        """See ``BlockStore.read``."""
        if digest == EMPTY_DIGEST:
            return zeros(stop - start)
        stream = self._stream(digest, start, stop)
        next(stream)  # opens and verifies
        return stream

    def exists(self, digests: Iterable[bytes]) -> set[bytes]:
        """See ``BlockStore.exists``."""
        with os_errors():
            return {d for d in digests if d == EMPTY_DIGEST or _is_there(self._path(d))}

    def delete(self, digest: bytes) -> None:
        """See ``BlockStore.delete``."""
        with os_errors(), suppress(FileNotFoundError):
            os.unlink(self._path(digest))

    def digests(self, older_than_seconds: float = 0) -> Iterator[bytes]:
        """See ``BlockStore.digests``; files with other names are passed over."""
        latest = time.time() - older_than_seconds
        with os_errors(), os.scandir(self._root) as fanouts:
            for fanout in fanouts:
                if _FANOUT_NAME.fullmatch(fanout.name):
                    yield from _blocks_in(fanout.path, latest)

    def sweep_incoming(self, older_than_seconds: float = 3600) -> int:
        """Remove what crashed uploads left in ``incoming``; returns how many files went."""
        latest, swept = time.time() - older_than_seconds, 0
        with os_errors(), os.scandir(self._incoming) as parts:
            for part in parts:
                if _modified(part) <= latest:
                    with suppress(FileNotFoundError):
                        os.unlink(part.path)
                        swept += 1
        return swept

    def _path(self, digest: bytes) -> str:
        name = digest.hex()
        return f"{self._root}/{name[:FANOUT_DIGITS]}/{name}"

    def _has_anonymous_files(self) -> bool:
        """Whether the file system has O_TMPFILE; NFS and some overlays have not."""
        try:
            os.close(os.open(self._incoming, os.O_TMPFILE | os.O_WRONLY, 0o600))
        except OSError as error:
            if error.errno in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}:
                return False
            raise
        return True

    def _put_anonymous(self, target: str, block: bytes | memoryview) -> None:
        """A nameless file cannot be left behind by a crash; it gets its name when it is whole."""
        fd = os.open(self._incoming, os.O_TMPFILE | os.O_WRONLY, 0o600)
        try:
            write_durably(fd, block)
            self._name(target, lambda path: self._link(fd, path))
        finally:
            os.close(fd)

    def _put_named(self, target: str, block: bytes | memoryview) -> None:
        part = f"{self._incoming}/{uuid4().hex}"
        fd = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            try:
                write_durably(fd, block)
            finally:
                os.close(fd)
            self._name(target, lambda path: os.replace(part, path))
        except BaseException:
            with suppress(OSError):
                os.unlink(part)
            raise

    def _link(self, fd: int, target: str) -> None:
        """Name the open file; a file that has the name already is replaced, never changed.

        Replaced, and not trusted: it may be damaged, and the uploader is told "stored". The new
        file is also young, which keeps a sweep of unnamed blocks from taking it.
        """
        try:
            link_open_file(fd, target)
        except FileExistsError:
            part = f"{self._incoming}/{uuid4().hex}"
            link_open_file(fd, part)
            os.replace(part, target)

    def _name(self, target: str, name: Callable[[str], None]) -> None:
        try:
            name(target)
        except FileNotFoundError:
            fanout = os.path.dirname(target)
            with suppress(FileExistsError):
                os.mkdir(fanout, 0o700)
            self._durable_fanouts.discard(os.path.basename(fanout))
            name(target)

    @contextmanager
    def _opened(self, digest: bytes) -> Iterator[tuple[int, os.stat_result]]:
        try:
            fd = os.open(self._path(digest), os.O_RDONLY)
        except FileNotFoundError:
            logger.error("block %s is missing", digest.hex())
            raise BlockNotFoundError(digest) from None
        try:
            yield fd, os.fstat(fd)
        finally:
            os.close(fd)

    def _stream(self, digest: bytes, start: int, stop: int) -> Iterator[bytes]:
        """First an empty piece, when the block is open and verified; then the bytes asked for."""
        with os_errors(), self._opened(digest) as (fd, file):
            if self._is_to_verify(digest, file):
                found = sha256()
                for piece in file_pieces(fd, 0, file.st_size):
                    found.update(piece)
                self._compare(digest, found.digest(), file)
            yield b""
            yield from file_pieces(fd, start, min(stop, file.st_size))
        yield from zeros(stop - max(start, file.st_size))

    def _is_to_verify(self, digest: bytes, file: os.stat_result) -> bool:
        if self._verify == "first":
            return not self._verified.holds(digest, file)
        return self._verify == "always"

    def _compare(self, digest: bytes, found: bytes, file: os.stat_result) -> None:
        if found != digest:
            logger.error("block %s is damaged: its bytes hash to %s", digest.hex(), found.hex())
            raise BlockDamagedError(digest)
        self._verified.add(digest, file)


def _is_there(path: str) -> bool:
    """Like os.path.exists, but a failing disk is an error and not an absence."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return False
    return True


def _blocks_in(fanout: str, latest: float) -> Iterator[bytes]:
    """The blocks in one directory that were put at ``latest`` (seconds, Unix time) or before."""
    with os.scandir(fanout) as files:
        for file in files:
            if _BLOCK_NAME.fullmatch(file.name) and _modified(file) <= latest:
                yield bytes.fromhex(file.name)


def _modified(file: os.DirEntry[str]) -> float:
    """Unix time; of a file that has just been deleted: never."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return inf
