"""Files that become what the store has, of the blocks that they have not got yet."""

import errno
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from pithos_client.connection import IN_FLIGHT, Request
from pithos_client.downloads import Progress, Version, checked, read_pieces
from pithos_client.errors import HashMismatchError
from pithos_client.hashing import block_digest, merkle_hash, rejoined

T = TypeVar("T")
R = TypeVar("R")

PART_SUFFIX: Final = ".pithos-part"
"""What the names of files end with that are not whole yet."""

_LONGEST_NAME: Final = 240
_RUN: Final = 4
"""How many blocks one request brings at most."""


@dataclass(frozen=True)
class Fetched:
    """What came of it. received: bytes from the store; the others were there already."""

    size: int
    received: int


def fetch(
    version: Version,
    target: Path,
    progress: Progress = lambda _: None,
    ready: Callable[[BinaryIO], None] = lambda _: None,
) -> Fetched:
    """Make a file what a version is; until then it is a file beside it, which is gone on with.

    ready: is called with that file when it is whole; then it gets its name.

    Of a file of several blocks only those come that neither the old file nor the begun one has.

    Raises: ChangedError: the object is another by now; HashMismatchError; RequestError,
        UnavailableError; BlockingIOError: somebody else fetches the same file.
    """
    beside = target.with_name(_name_beside(target.name))
    with _begun(beside) as part:
        if version.size > version.block_size > 0 and version.object_hash:
            received = _fetch_blocks(version, target, part, progress)
        else:
            received = _fetch_whole(version, part, progress)
        # No fsync, which takes most of the time of small files: what a loss of power spoils has
        # another hash, and so it comes again when it is read.
        part.flush()
        ready(part)
        beside.replace(target)
    return Fetched(version.size, received)


def _name_beside(name: str) -> str:
    own = os.fsencode(name)
    return f".{name if len(own) <= _LONGEST_NAME else sha256(own).hexdigest()}{PART_SUFFIX}"


@contextmanager
def _begun(beside: Path) -> Iterator[BinaryIO]:
    """Yield a file that nobody else writes; it stays if it is not renamed, unless it is empty."""
    with open(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666), "r+b") as part:
        fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _is(part, beside):  # who had it until now has finished and renamed it
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN), str(beside))
        try:
            yield part
        except BaseException:
            if os.fstat(part.fileno()).st_size == 0:
                beside.unlink(missing_ok=True)
            raise


def _is(file: BinaryIO, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _fetch_whole(version: Version, part: BinaryIO, progress: Progress) -> int:
    part.truncate(0)
    try:
        for piece in checked(version, read_pieces(version)):
            part.write(piece)
            progress(len(piece))
    except BaseException:
        part.seek(0)
        part.truncate(0)
        raise
    return version.size


def _fetch_blocks(version: Version, target: Path, part: BinaryIO, progress: Progress) -> int:
    wanted = _Blocks(version, _digests(version), part.fileno(), progress)
    begun = os.fstat(part.fileno()).st_size > 0
    part.truncate(version.size)
    missing = list(range(len(wanted.digests)))
    if begun:
        missing = wanted.without(missing, wanted.is_there)
    with suppress(FileNotFoundError), target.open("rb") as old:
        missing = wanted.without(missing, partial(wanted.take_over, old.fileno()))
    return sum(_at_once(wanted.bring, _runs(missing)))


@dataclass(frozen=True)
class _Blocks:
    """The blocks of a version, and the file that gets them. part: its descriptor."""

    version: Version
    digests: Sequence[bytes]
    part: int
    progress: Progress

    def without(self, numbers: Sequence[int], has: Callable[[int], bool]) -> list[int]:
        """Return those of the blocks that are not had yet."""
        return [n for n, found in zip(numbers, _at_once(has, numbers), strict=True) if not found]

    def is_there(self, number: int) -> bool:
        """Whether a block is in its place already."""
        begins, ends = self._span(number)
        return self._is_right(number, os.pread(self.part, ends - begins, begins))

    def take_over(self, old: int, number: int) -> bool:
        """Take a block from the old file, if it is the same there. old: its descriptor."""
        begins, ends = self._span(number)
        block = os.pread(old, ends - begins, begins)
        if not block or not self._is_right(number, block):
            return False
        os.pwrite(self.part, block.ljust(ends - begins, b"\0"), begins)
        return True

    def _is_right(self, number: int, block: bytes) -> bool:
        right = block_digest(block) == self.digests[number]
        if right:
            begins, ends = self._span(number)
            self.progress(ends - begins)
        return right

    def bring(self, run: range) -> int:
        """Get blocks that follow one another; return how many bytes they have.

        Raises: HashMismatchError.
        """
        begins, ends = self._span(run[0])[0], self._span(run[-1])[1]
        blocks = rejoined(read_pieces(self.version, begins, ends), self.version.block_size)
        for number, block in zip(run, blocks, strict=True):
            if not self._is_right(number, block):
                expected, found = self.digests[number].hex(), block_digest(block).hex()
                raise HashMismatchError(self.version.name, expected, found)
            os.pwrite(self.part, block, self._span(number)[0])
        return ends - begins

    def _span(self, number: int) -> tuple[int, int]:
        begins = number * self.version.block_size
        return begins, min(begins + self.version.block_size, self.version.size)


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    """Yield blocks that follow one another, a few at a time: one request brings them."""
    begins = 0
    for at in range(1, len(numbers) + 1):
        follows = at < len(numbers) and numbers[at] == numbers[at - 1] + 1
        if not follows or at - begins == _RUN:
            yield range(numbers[begins], numbers[at - 1] + 1)
            begins = at


def _at_once(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield what comes of each item, in their order, while some are worked on at once."""
    pool = ThreadPoolExecutor(IN_FLIGHT)
    try:
        yield from pool.map(work, items)
    finally:
        pool.shutdown(cancel_futures=True)


def _digests(version: Version) -> list[bytes]:
    """Return the hashes of the blocks; they make the hash of the version."""
    query = {"hashmap": "", "format": "json"}
    if version.serial is not None:
        query["version"] = str(version.serial)
    headers = {"If-Match": f'"{version.etag}"'} if version.etag else {}
    wanted = Request("GET", (version.container, version.name), query, headers)
    hashes = version.connection.send(wanted, {200}).json()["hashes"]
    digests = [bytes.fromhex(each) for each in hashes]
    found = merkle_hash(digests).hex()
    if found != version.object_hash:
        raise HashMismatchError(version.name, version.object_hash, found)
    return digests
