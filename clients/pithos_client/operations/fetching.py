"""Files that become what the store has, of the blocks that they have not got yet."""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pithos_client.connection import IN_FLIGHT, Request
from pithos_client.downloads import Progress, Version, checked, read_pieces
from pithos_client.errors import HashMismatchError
from pithos_client.hashing import block_digest, merkle_hash


@dataclass(frozen=True)
class Fetched:
    """What came of it. received: bytes from the store; the others were there already."""

    size: int
    received: int


def fetch(version: Version, target: Path, progress: Progress = lambda _: None) -> Fetched:
    """Make a file what a version is; until then it is a file beside it, which is gone on with.

    Of a file of several blocks only those come that neither the old file nor the begun one has.

    Raises: ChangedError: the object is another by now; HashMismatchError; RequestError,
        UnavailableError; BlockingIOError: somebody else fetches the same file.
    """
    beside = target.with_name(f".{target.name[:100]}.pithos-part")
    with _begun(beside) as part:
        if version.size > version.block_size > 0 and version.object_hash:
            received = _fetch_blocks(version, target, part, progress)
        else:
            received = _fetch_whole(version, part, progress)
        # No fsync, which takes most of the time of small files: what a loss of power spoils has
        # another hash, and so it comes again.
        part.flush()
        beside.replace(target)
    return Fetched(version.size, received)


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
    digests = _digests(version)
    part.truncate(version.size)
    missing = list(_missing(version, target, part, digests, progress))

    def bring(number: int) -> int:
        block = b"".join(read_pieces(version, *_span(version, number)))
        if block_digest(block) != digests[number]:
            raise HashMismatchError(version.name, digests[number].hex(), block_digest(block).hex())
        os.pwrite(part.fileno(), block, number * version.block_size)
        progress(len(block))
        return len(block)

    return _all(bring, missing)


def _all(work: Callable[[int], int], numbers: Sequence[int]) -> int:
    pool = ThreadPoolExecutor(IN_FLIGHT)
    try:
        return sum(pool.map(work, numbers))
    finally:
        pool.shutdown(cancel_futures=True)


def _span(version: Version, number: int) -> tuple[int, int]:
    begins = number * version.block_size
    return begins, min(begins + version.block_size, version.size)


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


def _missing(
    version: Version, target: Path, part: BinaryIO, digests: Sequence[bytes], progress: Progress
) -> Iterator[int]:
    """Yield the numbers of blocks that must come; fill in those of the old file."""
    with suppress(FileNotFoundError), target.open("rb") as old:
        _take_over(version, old, part, digests)
    for number, digest in enumerate(digests):
        begins, ends = _span(version, number)
        if block_digest(os.pread(part.fileno(), ends - begins, begins)) == digest:
            progress(ends - begins)
        else:
            yield number


def _take_over(version: Version, old: BinaryIO, part: BinaryIO, digests: Sequence[bytes]) -> None:
    for number, digest in enumerate(digests):
        begins, ends = _span(version, number)
        block = os.pread(old.fileno(), ends - begins, begins)
        if block and block_digest(block) == digest:
            os.pwrite(part.fileno(), block.ljust(ends - begins, b"\0"), begins)
