"""Objects stored by naming blocks that the caller has sent before (contract §2.4, Δ19)."""

from dataclasses import dataclass

from django.conf import settings

from accounts.credentials import Credentials
from pithos_api.blocks.hashing import EMPTY_DIGEST, merkle_hash
from pithos_api.errors import (
    BlockDamagedError,
    BlockNotFoundError,
    InconsistentSizeError,
    MissingBlocksError,
    ObjectChangedError,
)
from pithos_api.models.statements.known_content import known_content
from pithos_api.services.claims import find_lengths
from pithos_api.services.contents import Content, md5_of
from pithos_api.services.heavy_work import turn_at
from pithos_api.services.quota import refuse_overflow
from pithos_api.services.uploads import begin_write, check_etag, publish_shared, require_expiry
from pithos_api.services.versions import NewVersion
from pithos_api.values import (
    Access,
    Conditions,
    Details,
    HashMap,
    ObjectPath,
    Published,
    ShareChange,
)


@dataclass(frozen=True, slots=True)
class MapUpload:
    """An object that comes as the list of its blocks. etag: the MD5 that it must have."""

    hashmap: HashMap
    details: Details
    conditions: Conditions
    etag: bytes | None
    share: ShareChange


def store_hashmap(credentials: Credentials, path: ObjectPath, upload: MapUpload) -> Published:
    """Make ``path`` an object of blocks that the caller has sent; no object bytes move.

    Raises:
        MissingBlocksError: some blocks must be sent first. Whether the store has them from
            somebody else makes no difference, not even in time.
        InconsistentSizeError: the last block is longer than the size leaves room for.
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ConditionFailedError,
        ETagMismatchError, GrantConflictError, QuotaExceededError, BusyError, ClientGoneError.
    """
    access = begin_write(
        credentials, path, upload.conditions, upload.share, upload.details.manifest
    )
    require_expiry(access, upload.details.expires)
    digests = upload.hashmap.digests or (EMPTY_DIGEST,)
    _require_claims(credentials, access, upload.hashmap)
    content = Content(upload.hashmap.size, digests)
    refuse_overflow(access, path, content.size)  # a short map can name terabytes to be hashed
    try:
        etag = _known_md5(content) or _read_md5(access, content)
        check_etag(upload.etag, etag)
        new = NewVersion(content.size, etag, digests, upload.details, takes=True)
        return publish_shared(access, path, new, upload.conditions, upload.share)
    except (ObjectChangedError, BlockNotFoundError, BlockDamagedError):
        # Says which block is gone or damaged since.
        _require_claims(credentials, access, upload.hashmap)
        raise


def _require_claims(credentials: Credentials, access: Access, hashmap: HashMap) -> None:
    """Make sure that the caller may name every block.

    Raises: MissingBlocksError, InconsistentSizeError.
    """
    wanted = sorted(set(hashmap.digests) - {EMPTY_DIGEST})
    lengths = find_lengths(credentials, access, wanted)
    missing = [
        digest
        for digest in dict.fromkeys(hashmap.digests)
        if digest not in lengths and digest != EMPTY_DIGEST
    ]
    if missing:
        raise MissingBlocksError(tuple(missing))
    _check_last(hashmap, lengths)


def _check_last(hashmap: HashMap, lengths: dict[bytes, int]) -> None:
    """A longer last block would hide bytes that a larger map could bring to light."""
    if not hashmap.digests:
        return
    room = hashmap.size - (len(hashmap.digests) - 1) * settings.PITHOS_BLOCK_SIZE
    if lengths.get(hashmap.digests[-1], 0) > room:
        raise InconsistentSizeError(f"leaves {room} bytes for its last block, which has more")


def _known_md5(content: Content) -> bytes | None:
    """Return the MD5 of equal content that is or was stored, found by its hash and size."""
    row = known_content.one({"merkle": merkle_hash(content.digests), "size": content.size})
    return None if row is None else bytes(row[0])


def _read_md5(access: Access, content: Content) -> bytes:
    with turn_at(access.actor, content.size):
        return md5_of(content)
