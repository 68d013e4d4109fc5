"""Blocks as files of one directory tree.

    <root>/abc/<64 hex>    a block, trimmed; abc = the first three hex digits of its digest
    <root>/incoming/<hex>  a block on its way; whatever is old was left by a crash
    <root>/retired/<hex>   a block on its way out (``Retirement``)
    <root>/quarantine/<hex>  what was found damaged (``Quarantine``)

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
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

from pithos_api.blocks.base import Leftovers, Piece, StoredBlock, Verify, file_pieces, zeros
from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.blocks.local.checksums import Checksums
from pithos_api.blocks.local.files import (
    file_spans,
    fsync_directory,
    hash_of_file,
    is_there,
    link_open_file,
    os_errors,
    regular_files,
    write_durably,
)
from pithos_api.blocks.local.page_cache import UNABLE, open_cached, read_cached
from pithos_api.blocks.local.quarantine import Quarantine
from pithos_api.blocks.local.retirement import Retirement
from pithos_api.blocks.local.verified import VerifiedBlocks
from pithos_api.errors import BlockDamagedError, BlockNotFoundError

logger = logging.getLogger(__name__)

FANOUT_DIGITS: Final = 3
"""Hex digits of a directory's name: 4,096 directories, 244 files each at a million blocks."""

_BLOCK_NAME: Final = re.compile(r"[0-9a-f]{64}")
_FANOUT_NAME: Final = re.compile(r"[0-9a-f]{3}")

P = TypeVar("P", bytes, Piece)
Cut = Callable[[int, int, int], Iterator[P]]
"""How an open file is cut: descriptor, start, stop."""


class LocalBlockStore:
    """A ``BlockStore`` in a directory, shared by all processes that open it.

    root: created if absent, mode 0700; nothing in it is ever removed but by ``discard``,
    ``delete`` and ``sweep``. verify: see ``Verify``. key: see ``Checksums``.
    """

    def __init__(
        self, root: Path | str, verify: Verify = "first", key: bytes | None = None
    ) -> None:
        self._root = os.fspath(root)
        self._incoming = os.path.join(self._root, "incoming")
        self._verify = verify
        self._verified = VerifiedBlocks()
        self._checksums = Checksums(key)
        self._durable_fanouts: set[str] = set()
        self._peeks = True  # until that turns out not to be possible here
        with os_errors():
            os.makedirs(self._root, mode=0o700, exist_ok=True)
            os.makedirs(self._incoming, mode=0o700, exist_ok=True)
            self._retirement = Retirement(self._root)
            self._quarantine = Quarantine(self._root)
            fsync_directory(self._root)
            fsync_directory(os.path.dirname(os.path.abspath(self._root)))
            self._anonymous = self._has_anonymous_files()

    def put(self, digest: bytes, block: bytes | memoryview) -> None:
        """See ``BlockStore.put``."""
        with os_errors():
            if self._anonymous:
                self._put_anonymous(digest, block)
            else:
                self._put_named(digest, block)
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
        return self._begun(digest, start, stop, file_pieces)

    def send(self, digest: bytes, start: int, stop: int) -> Iterator[Piece]:
        """See ``BlockStore.send``."""
        return self._begun(digest, start, stop, file_spans)

    def peek(self, digest: bytes, start: int, stop: int) -> bytes | None:
        """See ``BlockStore.peek``: in its own place and in the page cache."""
        if digest == EMPTY_DIGEST:
            return bytes(stop - start)
        try:
            return self._peeked(digest, start, stop) if self._peeks else None
        except OSError as error:
            self._peeks = error.errno not in UNABLE
            return None

    def exists(self, digests: Iterable[bytes]) -> set[bytes]:
        """See ``BlockStore.exists``."""
        with os_errors():
            os.stat(self._incoming)  # where the directory is gone, nothing is known of any block
            return {d for d in digests if d == EMPTY_DIGEST or self._is_kept(d)}

    def scan(self, after: bytes = b"") -> Iterator[StoredBlock]:
        """See ``BlockStore.scan``: a directory at a time; other files are passed over."""
        first = after.hex()
        with os_errors():
            for fanout in sorted(filter(_FANOUT_NAME.fullmatch, os.listdir(self._root))):
                if fanout >= first[:FANOUT_DIGITS]:
                    yield from _blocks_in(f"{self._root}/{fanout}", first)

    def retire(self, digest: bytes) -> None:
        """See ``BlockStore.retire``."""
        with os_errors():
            self._retirement.begin(digest, self._path(digest))

    def recall(self, digests: Iterable[bytes]) -> None:
        """See ``BlockStore.recall``: one look at each file."""
        with os_errors():
            for digest in digests:
                path = self._path(digest)
                if not is_there(path):
                    self._retirement.end(digest, path)

    def discard(self, digest: bytes) -> None:
        """See ``BlockStore.discard``."""
        with os_errors():
            self._retirement.complete(digest)

    def retired(self) -> Iterator[StoredBlock]:
        """See ``BlockStore.retired``."""
        with os_errors():
            yield from self._retirement.blocks()

    def check(self, digest: bytes, *, mend: bool = False) -> int:
        """See ``BlockStore.check``; the page cache is passed over and left as it was.

        mend: a sound file that lacks its checksum gets it, without becoming younger.
        """
        if digest == EMPTY_DIGEST:
            return 0
        with os_errors(), self._opened(digest) as (fd, file):
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            size = file.st_size
            found = self._checksums.renew(fd, digest, size) if mend else hash_of_file(fd, size)
            self._compare(digest, found, file)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            return file.st_size

    def quarantine(self, digest: bytes) -> bool:
        """See ``BlockStore.quarantine``: also of a block on its way out."""
        while True:
            try:
                self.check(digest, mend=True)
            except BlockNotFoundError:
                return True
            except BlockDamagedError:
                with os_errors():
                    any(self._quarantine.receive(digest, place) for place in self._places(digest))
            else:
                return False

    def delete(self, digest: bytes) -> None:
        """See ``BlockStore.delete``."""
        with os_errors(), suppress(FileNotFoundError):
            self._retirement.complete(digest)
            os.unlink(self._path(digest))

    def sweep(self, older_than_seconds: float, *, remove: bool = True) -> Leftovers:
        """See ``BlockStore.sweep``: files in ``incoming``."""
        latest, files, size = time.time() - older_than_seconds, 0, 0
        with os_errors():
            for path, part in regular_files(self._incoming):
                if part.st_mtime <= latest:
                    files, size = files + 1, size + part.st_size
                    if remove:
                        with suppress(FileNotFoundError):
                            os.unlink(path)
        return Leftovers(files, size)

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

    def _put_anonymous(self, digest: bytes, block: bytes | memoryview) -> None:
        """A nameless file cannot be left behind by a crash; it gets its name when it is whole."""
        fd = os.open(self._incoming, os.O_TMPFILE | os.O_WRONLY, 0o600)
        try:
            self._write(fd, digest, block)
            self._name(self._path(digest), lambda path: self._link(fd, path))
        finally:
            os.close(fd)

    def _put_named(self, digest: bytes, block: bytes | memoryview) -> None:
        part = f"{self._incoming}/{uuid4().hex}"
        fd = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            try:
                self._write(fd, digest, block)
            finally:
                os.close(fd)
            self._name(self._path(digest), lambda path: os.replace(part, path))
        except BaseException:
            with suppress(OSError):
                os.unlink(part)
            raise

    def _write(self, fd: int, digest: bytes, block: bytes | memoryview) -> None:
        self._checksums.keep(fd, digest, block)  # first, so that it is flushed with the bytes
        write_durably(fd, block)

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

    def _is_kept(self, digest: bytes) -> bool:
        """Whether the block is there, in its place or on its way out or back."""
        return any(is_there(path) for path in self._places(digest))

    def _open(self, digest: bytes) -> int:
        for path in self._places(digest):
            with suppress(FileNotFoundError):
                return os.open(path, os.O_RDONLY)
        os.stat(self._incoming)  # where the directory is gone, not a block is missing but all
        logger.error("block %s is missing", digest.hex())
        raise BlockNotFoundError(digest)

    def _places(self, digest: bytes) -> Iterator[str]:
        """Where the block may be; its own place twice, for it may come back between two looks."""
        yield self._path(digest)
        yield self._retirement.path(digest)
        yield self._path(digest)

    @contextmanager
    def _opened(self, digest: bytes) -> Iterator[tuple[int, os.stat_result]]:
        fd = self._open(digest)
        try:
            yield fd, os.fstat(fd)
        finally:
            os.close(fd)

    def _begun(self, digest: bytes, start: int, stop: int, cut: Cut[P]) -> Iterator[P]:
        if digest == EMPTY_DIGEST:
            return zeros(stop - start)
        stream = self._stream(digest, start, stop, cut)
        next(stream)  # opens and verifies
        return stream

    def _stream(self, digest: bytes, start: int, stop: int, cut: Cut[P]) -> Iterator[P]:
        """First an empty piece, when the block is open and verified; then the bytes asked for."""
        with os_errors(), self._opened(digest) as (fd, file):
            if self._is_to_verify(digest, file):
                self._verify_quickly(digest, fd, file)
            yield b""
            yield from cut(fd, start, min(stop, file.st_size))
        yield from zeros(stop - max(start, file.st_size))

    def _peeked(self, digest: bytes, start: int, stop: int) -> bytes | None:
        """Return the bytes, None if they are to be verified. Raises: OSError."""
        fd = open_cached(self._path(digest))
        try:
            file = os.fstat(fd)
            if self._is_to_verify(digest, file):
                return None
            end = min(stop, file.st_size)
            return (read_cached(fd, start, end) if start < end else b"").ljust(stop - start, b"\0")
        finally:
            os.close(fd)

    def _is_to_verify(self, digest: bytes, file: os.stat_result) -> bool:
        if self._verify == "first":
            return not self._verified.holds(digest, file)
        return self._verify == "always"

    def _verify_quickly(self, digest: bytes, fd: int, file: os.stat_result) -> None:
        """Compare an open file with its checksum; with its digest where that does not fit."""
        if self._checksums.vouch(fd, digest, file.st_size):
            self._verified.add(digest, file)
        else:
            self._compare(digest, hash_of_file(fd, file.st_size), file)

    def _compare(self, digest: bytes, found: bytes, file: os.stat_result) -> None:
        if found != digest:
            logger.error("block %s is damaged: its bytes hash to %s", digest.hex(), found.hex())
            raise BlockDamagedError(digest)
        self._verified.add(digest, file)


def _blocks_in(fanout: str, after: str) -> Iterator[StoredBlock]:
    """The blocks in one directory whose names are greater than ``after``, in their order."""
    names = sorted(name for name in os.listdir(fanout) if _BLOCK_NAME.fullmatch(name))
    for name in names:
        if name > after:
            with suppress(FileNotFoundError):  # retired or deleted meanwhile
                file = os.stat(f"{fanout}/{name}")
                yield StoredBlock(bytes.fromhex(name), file.st_size, file.st_mtime)
