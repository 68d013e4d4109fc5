"""Objects stored by naming blocks that the caller has sent before (contract §2.4, Δ19)."""

from contextlib import nullcontext
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.errors import (
    BlockDamagedError,
    BlockNotFoundError,
    InconsistentSizeError,
    MissingBlocksError,
    ObjectChangedError,
)
from pithos_api.models.statements.objects.own.publish_own_map import (
    OwnPublishedMap,
    publish_own_map,
)
from pithos_api.services.access.permissions import check, parameters
from pithos_api.services.containers.quotas import refuse_overflow
from pithos_api.services.objects.claims import find_lengths, find_unclaimed
from pithos_api.services.objects.etags import is_late, known_md5
from pithos_api.services.objects.long_hashmaps import hashes_of
from pithos_api.services.objects.publishing import NewVersion, described, forget_history
from pithos_api.services.objects.writing import (
    begin_write,
    check_etag,
    publish_shared,
    require_expiry,
    require_hash,
)
from pithos_api.services.storage.contents import Content, md5_of
from pithos_api.services.storage.heavy_work import turn_at
from pithos_api.values import (
    MANY_BLOCKS,
    Access,
    HashMap,
    ObjectPath,
    Published,
    Right,
    ShareChange,
)
from pithos_api.values.requests import MapUpload, Upload

_MD5_DIGITS = 32

# Of more blocks than this it would take longer to ask in vain than to ask one thing after another.
_FEW_BLOCKS = 1000


def store_hashmap(
    credentials: Credentials, path: ObjectPath, wanted: MapUpload, hashmap: HashMap
) -> Published:
    """Make ``path`` an object of blocks that the caller has sent; no object bytes move.

    The MD5 is made later if much would have to be read for it, or if the caller does not wait.
    What is the caller's own, of content that was stored before, takes one statement.

    Raises:
        MissingBlocksError: some blocks must be sent first, even if the store has them from
            somebody else; the answer takes the same time then.
        InconsistentSizeError: the last block is longer than the size leaves room for.
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ConditionFailedError,
        ETagMismatchError, GrantConflictError, QuotaExceededError, BusyError, ClientGoneError.
    """
    upload = wanted.upload
    if _is_plain(credentials, upload, hashmap):
        published = _store_own(credentials, path, upload, _content_of(hashmap))
        if published is not None:
            return published
    access = begin_write(
        credentials, path, upload.conditions, upload.share, upload.details.manifest
    )
    require_expiry(access, upload.details.expires)
    try:
        return _store_claimed(credentials, access, path, wanted, hashmap)
    except (ObjectChangedError, BlockNotFoundError, BlockDamagedError):
        # Says which block is gone or damaged since.
        _require_claims(credentials, access, hashmap)
        raise


def _store_claimed(
    credentials: Credentials, access: Access, path: ObjectPath, wanted: MapUpload, hashmap: HashMap
) -> Published:
    """Look whether the caller may name all blocks, and publish. Raises: as ``store_hashmap``."""
    upload, content = wanted.upload, _content_of(hashmap)
    late = is_late(content.size) or _may_be_late(wanted, hashmap)
    # Very many are staged once for both questions. What is read for its MD5 is in no transaction.
    at_once = len(content.digests) > MANY_BLOCKS and late and not credentials.is_confined
    with transaction.atomic() if at_once else nullcontext():
        _require_claims(credentials, access, hashmap)
        refuse_overflow(access, path, content.size)  # before anything is read
        new = replace(_new_version(access, content, upload, late), claimed=at_once)
        return publish_shared(access, path, new, upload.conditions, upload.share)


def _content_of(hashmap: HashMap) -> Content:
    return Content(hashmap.size, hashmap.digests or (EMPTY_DIGEST,))


def _is_plain(credentials: Credentials, upload: Upload, hashmap: HashMap) -> bool:
    """Return whether the write asks for nothing that one statement does not do.

    A token with limits, or that another vouches for, has more to be looked at.
    """
    return (
        credentials.vouched is None
        and upload.share == ShareChange()
        and upload.etag is None
        and len(hashmap.digests) <= _FEW_BLOCKS
    )


def _store_own(
    credentials: Credentials, path: ObjectPath, upload: Upload, content: Content
) -> Published | None:
    """Make ``path`` an object of these blocks, if it is the caller's and nobody else's.

    None: it is not, or a quota has to be judged, or a block or the MD5 is missing. Nothing has
    changed, and the long way says what is wrong, if anything is.
    """
    crash_point("before-publish")
    row = _publish_own(credentials, path, upload, content)
    if row is None or row.etag is None or not row.version.serial:
        return None
    crash_point("after-publish")
    check(credentials, row.access, Right.OWN)
    forget_history(row.access, path)
    version = row.version
    return Published(version.serial, bytes(row.etag), version.modified, row.access.archives)


def _publish_own(
    credentials: Credentials, path: ObjectPath, upload: Upload, content: Content
) -> OwnPublishedMap | None:
    digests = content.digests
    merkle = hashes_of(digests).merkle
    new = NewVersion(content.size, merkle, digests, upload.details, takes=True, merkle=merkle)
    return publish_own_map.one(
        {
            **described(path, new, upload.conditions),
            **parameters(credentials, path),
            "default_quota": settings.PITHOS_DEFAULT_QUOTA,
            "named": sorted(set(digests) - {EMPTY_DIGEST}),
            "last": digests[-1],
            "room": _room_of_last(content.size, len(digests)),
        }
    )


def _require_claims(credentials: Credentials, access: Access, hashmap: HashMap) -> None:
    """Make sure that the caller may name every block.

    Raises: MissingBlocksError, InconsistentSizeError.
    """
    if len(hashmap.digests) > MANY_BLOCKS and not credentials.is_confined:
        missing = find_unclaimed(access.actor, hashmap.digests)
        if missing:
            raise MissingBlocksError(tuple(missing))
        _check_last(hashmap, find_lengths(credentials, access, list(hashmap.digests[-1:])))
        return
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
    """Refuse a last block that is too long: a larger hashmap could show its other bytes."""
    if not hashmap.digests:
        return
    room = _room_of_last(hashmap.size, len(hashmap.digests))
    if lengths.get(hashmap.digests[-1], 0) > room:
        raise InconsistentSizeError(f"leaves {room} bytes for its last block, which has more")


def _room_of_last(size: int, blocks: int) -> int:
    """Return how many bytes of ``size`` are left for the last block."""
    return size - (blocks - 1) * int(settings.PITHOS_BLOCK_SIZE)


def _may_be_late(wanted: MapUpload, hashmap: HashMap) -> bool:
    """Return whether the caller waits for no MD5, and has sent none to be compared."""
    sends_md5 = len(wanted.upload.etag or "") == _MD5_DIGITS
    return wanted.later and not sends_md5 and hashmap.size > 0


def _new_version(access: Access, content: Content, upload: Upload, late: bool) -> NewVersion:
    """Return the version that the content makes. An MD5 that is made later is not compared.

    Raises: ETagMismatchError, BusyError, ClientGoneError.
    """
    hashes = hashes_of(content.digests)
    merkle = hashes.merkle
    etag = known_md5(merkle, content.size)
    if etag is None:
        etag = merkle if late else _read_md5(access, content)
    require_hash(upload.etag)
    if etag != merkle or len(upload.etag or "") == 2 * len(merkle):
        check_etag(upload.etag, etag, merkle)
    return NewVersion(
        content.size,
        etag,
        content.digests,
        upload.details,
        takes=True,
        merkle=merkle,
        pieces=hashes.pieces,
    )


def _read_md5(access: Access, content: Content) -> bytes:
    with turn_at(access.actor, content.size):
        return md5_of(content)
