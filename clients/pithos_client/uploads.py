"""Getting bytes into a store, and only those that it has not got."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from hashlib import md5
from os import PathLike, fspath
from typing import IO, Any, BinaryIO, Final, cast

from pithos_client.connection import IN_FLIGHT, Connection, Request
from pithos_client.errors import HashMismatchError, SourceChangedError
from pithos_client.hashing import block_digest, blocks_of, merkle_hash

Source = str | PathLike[str] | bytes | BinaryIO | IO[bytes] | Iterable[bytes]

_SPOOLED_IN_MEMORY: Final = 16 * 1024 * 1024
_OCTET_STREAM: Final = {"Content-Type": "application/octet-stream"}
_ATTEMPTS: Final = 3
_HASHERS: Final = min(IN_FLIGHT, os.cpu_count() or 1)
_LONG: Final = 64 * 1024 * 1024
"""From so many bytes on one notices how long the store takes for an MD5."""


@dataclass(frozen=True)
class Place:
    """Where an object goes. block_size: of its container, bytes. headers: what is said of it.

    waits: whether the MD5 shall be made before it is there, also where that takes a while.
    """

    connection: Connection
    container: str
    name: str
    block_size: int
    headers: Mapping[str, str] = field(default_factory=dict)
    waits: bool = True


@dataclass(frozen=True)
class Uploaded:
    """What came of an upload. object_hash: hex. size: bytes of it; sent: on the wire.

    version: of the object; None if there was no need to make one.
    """

    object_hash: str
    etag: str
    version: int | None
    size: int
    sent: int


Progress = Callable[[int], None]
"""Is told how many more bytes are done, whether they were sent or there already."""


def upload(
    place: Place, source: Source, progress: Progress = lambda _: None, unless: str = ""
) -> Uploaded:
    """Make the source an object, unless that is what the store has.

    A path, or a file that can be read twice, is cut into blocks: the store is told their hashes,
    and is sent those that it lacks, some at once. What fits into one block is sent as it is. Of
    other sources a copy is made first.

    unless: the hash of the object that is there, hex; "" if there is none, or it shall be replaced.

    Raises: RequestError, UnavailableError; HashMismatchError; SourceChangedError. Then there is no
        new object.
    """
    with _opened(source) as file:
        first = file.read(place.block_size + 1)
        if len(first) <= place.block_size:
            return _send_whole(place, first, progress, unless)
        file.seek(-len(first), 1)
        return _send_blocks(place, file, progress, unless)


def _opened(source: Source) -> AbstractContextManager[BinaryIO]:
    """Return a file to be read, more than once."""
    if isinstance(source, str | PathLike):
        return open(fspath(source), "rb")
    if isinstance(source, bytes | bytearray | memoryview):
        return _spooled((bytes(source),))
    if hasattr(source, "read"):
        file = cast(BinaryIO, source)
        if _seeks(file):
            return nullcontext(file)
        return _spooled(iter(partial(file.read, 1 << 20), b""))
    return _spooled(source)


def _seeks(file: BinaryIO) -> bool:
    return hasattr(file, "seekable") and file.seekable()


@contextmanager
def _spooled(pieces: Iterable[bytes]) -> Iterator[BinaryIO]:
    import tempfile  # takes a while, and few need it

    with tempfile.SpooledTemporaryFile(_SPOOLED_IN_MEMORY) as file:
        for piece in pieces:
            file.write(piece)
        file.seek(0)
        yield cast(BinaryIO, file)


def _send_whole(place: Place, content: bytes, progress: Progress, unless: str) -> Uploaded:
    found = merkle_hash([block_digest(content)] if content else []).hex()
    progress(len(content))
    if found == unless:
        return Uploaded(found, "", None, len(content), 0)
    digest = md5(content, usedforsecurity=False).hexdigest()
    headers = {**place.headers, "ETag": digest}
    path = (place.container, place.name)
    response = place.connection.send(Request("PUT", path, {}, headers, content), {201})
    return _uploaded(response, found, len(content), len(content))


@dataclass(frozen=True)
class _Cut:
    """A file as blocks. begins: where the first byte lies in the file."""

    digests: Sequence[bytes]
    size: int
    begins: int


def _send_blocks(place: Place, file: BinaryIO, progress: Progress, unless: str) -> Uploaded:
    cut = _cut(file, place.block_size)
    found, sent = merkle_hash(cut.digests).hex(), 0
    if found == unless:
        progress(cut.size)
        return Uploaded(found, "", None, cut.size, 0)
    for _ in range(_ATTEMPTS):
        response = _put_hashmap(place, cut)
        if response.status == 201:
            progress(max(cut.size - sent, 0))
            return _uploaded(response, found, cut.size, sent)
        sent += _send_missing(place, file, cut, set(response.json()), progress)
    raise HashMismatchError(place.name, found, "blocks that get lost")


def _cut(file: BinaryIO, block_size: int) -> _Cut:
    """Hash a file from where it stands, in threads: hashing lets others run."""
    begins, size, pending = file.tell(), 0, []
    with ThreadPoolExecutor(_HASHERS) as pool:
        for block in blocks_of(file, block_size):
            size += len(block)
            pending.append(pool.submit(block_digest, block))
            if len(pending) > IN_FLIGHT:
                pending[-IN_FLIGHT].result()  # no more blocks in memory than these
        return _Cut([each.result() for each in pending], size, begins)


def _put_hashmap(place: Place, cut: _Cut) -> Any:
    body = json.dumps(
        {
            "bytes": cut.size,
            "block_size": place.block_size,
            "block_hash": "sha256",
            "hashes": [digest.hex() for digest in cut.digests],
        }
    ).encode()
    query = {"hashmap": "", "format": "json"}
    patience = {} if place.waits or cut.size < _LONG else {"Prefer": "respond-async"}
    headers = {**place.headers, **patience}
    wanted = Request("PUT", (place.container, place.name), query, headers, body)
    return place.connection.send(wanted, {201, 409})


def _send_missing(
    place: Place, file: BinaryIO, cut: _Cut, missing: set[str], progress: Progress
) -> int:
    """Send the blocks that the store lacks, several at once; return how many bytes they had."""
    sent = 0
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        under_way: set[Future[int]] = set()
        try:
            for digest, block in _missing_blocks(place, file, cut, missing):
                under_way.add(pool.submit(_send_block, place, digest, block))
                if len(under_way) >= IN_FLIGHT:
                    done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    sent += _sum(done, progress)
            sent += _sum(under_way, progress)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return sent


def _sum(done: Iterable[Future[int]], progress: Progress) -> int:
    total = 0
    for each in done:
        progress(each.result())
        total += each.result()
    return total


def _missing_blocks(
    place: Place, file: BinaryIO, cut: _Cut, missing: set[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield each missing block once, behind the digest that it had."""
    left = set(missing)
    for number, digest in enumerate(cut.digests):
        if digest.hex() in left:
            left.discard(digest.hex())
            file.seek(cut.begins + number * place.block_size)
            yield digest.hex(), next(blocks_of(file, place.block_size), b"")


def _send_block(place: Place, digest: str, block: bytes) -> int:
    """Send a block. Raises: SourceChangedError: the store got another than the one that was cut."""
    wanted = Request(
        "POST", (place.container,), {"update": ""}, _OCTET_STREAM, block, repeatable=True
    )
    received = place.connection.send(wanted, {202}).data.decode().split()
    if received != [digest]:
        raise SourceChangedError(place.name)
    return len(block)


def _uploaded(response: Any, object_hash: str, size: int, sent: int) -> Uploaded:
    headers = response.headers
    etag = headers.get("ETag", "").strip('"')
    version = int(headers.get("X-Object-Version") or 0)
    return Uploaded(object_hash, etag, version, size, sent)
