"""Reading objects."""

import logging
from collections.abc import Iterator, Mapping, Sequence

import orjson
from django.conf import settings

from accounts.credentials import Credentials
from pithos_api.blocks.base import zeros
from pithos_api.blocks.hashing import EMPTY_DIGEST, block_digest
from pithos_api.errors import BlockDamagedError, ContainerNotFoundError, ObjectNotFoundError
from pithos_api.models.statements.read_blocks import read_blocks
from pithos_api.models.statements.read_object import read_object
from pithos_api.services import block_store
from pithos_api.services.permissions import Row, access, admit_owner
from pithos_api.services.versions import split_digests
from pithos_api.values import Details, ObjectPath, StoredVersion

log = logging.getLogger(__name__)

# Blocks whose whereabouts are looked up at once: 256 MiB of an object at the usual size.
_WINDOW = 64


def open_object(
    credentials: Credentials, path: ObjectPath, *, content: bool = True
) -> StoredVersion:
    """Return the current version of ``path`` in one statement; no content for HEAD.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ObjectNotFoundError.
    """
    parameters = {**access(credentials, path), "name": path.name, "content": content}
    row = admit_owner(credentials, read_object.one(parameters))
    if row[3] is None:
        raise ContainerNotFoundError(path.container)
    if row[4] is None:
        raise ObjectNotFoundError(path.name)
    return _version(row, content=content)


def _version(row: Row, *, content: bool) -> StoredVersion:
    serial, uuid, size, etag, merkle, kind, encoding, disposition, manifest = row[4:13]
    meta, modified, writer, hashmap, data = row[13:]
    merkle = bytes(merkle)
    digests = split_digests(bytes(hashmap)) if hashmap is not None else (merkle,)
    return StoredVersion(
        serial=serial,
        uuid=uuid,
        size=size,
        etag=bytes(etag),
        merkle=merkle,
        details=Details(kind, encoding, disposition, manifest, orjson.loads(meta)),
        modified=modified,
        modified_by=writer or "",
        digests=digests if content else (),
        data=None if data is None else bytes(data),
    )


def read_content(version: StoredVersion, start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes ``start`` to ``stop`` of a version in small pieces.

    Every block is checked before its first byte is handed out, as PITHOS_VERIFY_READS says.

    Raises:
        BlockNotFoundError, BlockDamagedError: never wrong bytes instead.
    """
    block_size = settings.PITHOS_BLOCK_SIZE
    indexes = range(start // block_size, -(-stop // block_size))
    for at in range(0, len(indexes), _WINDOW):
        window = indexes[at : at + _WINDOW]
        small = _small_blocks(version, window)
        for index in window:
            offset = index * block_size
            first, last = max(start - offset, 0), min(stop - offset, block_size)
            yield from _read_block(version, index, small, range(first, last))


def _small_blocks(version: StoredVersion, window: Sequence[int]) -> Mapping[bytes, bytes]:
    """Return those of the window's blocks that live in the database."""
    if len(version.digests) == 1:
        return {} if version.data is None else {version.digests[0]: version.data}
    wanted = list({version.digests[index] for index in window})
    return {bytes(digest): bytes(data) for digest, data in read_blocks.all({"digests": wanted})}


def _read_block(
    version: StoredVersion, index: int, small: Mapping[bytes, bytes], wanted: range
) -> Iterator[bytes]:
    """Yield the wanted bytes of one block, with the NULs that its stored form leaves out."""
    digest = version.digests[index]
    if digest in small or digest == EMPTY_DIGEST:
        piece = _checked(digest, small.get(digest, b""))[wanted.start : wanted.stop]
        if piece:
            yield piece
        yield from zeros(len(wanted) - len(piece))
    else:
        yield from block_store.current().read(digest, wanted.start, wanted.stop)


def _checked(digest: bytes, data: bytes) -> bytes:
    if settings.PITHOS_VERIFY_READS != "never" and block_digest(data) != digest:
        log.error("block %s is damaged in the database", digest.hex())
        raise BlockDamagedError(digest)
    return data
