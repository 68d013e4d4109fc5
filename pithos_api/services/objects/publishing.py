"""Making a new version the current one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import orjson
from django.db import transaction

from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.errors import ContainerNotFoundError, ObjectChangedError, QuotaExceededError
from pithos_api.models.statements.objects.publish import (
    PublishedVersion,
    publish,
    publish_in_quota,
    publish_long,
    publish_taken,
    publish_taken_in_quota,
)
from pithos_api.models.statements.objects.purge import forget_superseded
from pithos_api.models.statements.prepared import Statement
from pithos_api.services.containers.quotas import account_quota, has_quota
from pithos_api.services.locks import account_lock, container_lock, lock_names, name_lock
from pithos_api.services.objects.long_hashmaps import LongHashmap, StoredDigests, hashes_of
from pithos_api.services.objects.symlinks import columns
from pithos_api.services.storage import block_store
from pithos_api.values import MANY_BLOCKS, Access, Conditions, Details, ObjectPath, Published
from web.errors import ConditionFailedError


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a copy. serial: must be current still; None: an old version."""

    path: ObjectPath
    serial: int | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What the next version of a name is to be.

    etag: MD5, 16 bytes; the Merkle hash where the MD5 is to be made later.
    digests: n of 32 bytes, n = max(1, ceil(size / block_size)).
    merkle: their Merkle hash; b"": not known. pieces: of very many, those of their pieces; (): the
    same, or they are ``StoredDigests``.
    blocks: the blocks the writer brought, digest to stored length, to be claimed for them.
    small: those of ``blocks`` that live in the database, with their bytes.
    begun: monotonic time before the first of the others was put into the block store.
    moved: whether the UUID comes from another name.
    uuid: None keeps that of the current version, or makes a new one where there is none.
    domains: metadata of other domains as JSON; None keeps the current version's.
    built_on: the serial that must still be current; None if it does not matter.
    takes: whether it names blocks that the writer did not bring, which then are theirs to name.
    origin: of a copy, None if nobody can have changed it meanwhile.
    claimed: of very many digests, whether the caller's transaction has staged them, and has found
        that the actor may name them all.
    locked: the caller's transaction has the container alone, so that no name needs a lock.
    quota_guarded: a ``QuotaGuard`` around the caller's transaction judges this change with others.
    """

    size: int
    etag: bytes
    digests: Sequence[bytes]
    details: Details
    blocks: Mapping[bytes, int] = field(default_factory=dict)
    small: Mapping[bytes, bytes] = field(default_factory=dict)
    begun: float = 0.0
    uuid: str | None = None
    moved: bool = False
    domains: str | None = None
    built_on: int | None = None
    takes: bool = False
    origin: Origin | None = None
    quota_guarded: bool = False
    locked: bool = False
    merkle: bytes = b""
    pieces: Sequence[bytes] = ()
    claimed: bool = False


_STATEMENTS = {
    (False, False): publish,
    (False, True): publish_in_quota,
    (True, False): publish_taken,
    (True, True): publish_taken_in_quota,
}


def publish_version(
    access: Access, path: ObjectPath, new: NewVersion, conditions: Conditions = Conditions()
) -> Published:
    """Make ``new`` the current version of ``path`` in one statement, and durable.

    Its blocks must be durable before. Outside a transaction it is one of its own.

    Raises:
        ContainerNotFoundError: it was deleted meanwhile.
        ConditionFailedError: judged against the version that this one would replace.
        ObjectChangedError: ``built_on`` or ``origin`` is not the current version, or a block
            that it takes over is gone.
        QuotaExceededError: it would grow the account or container beyond its quota.
        BlockNotFoundError: it took so long that garbage collection came in between.
    """
    block_store.recall(new.blocks.keys() - new.small.keys(), new.begun)
    crash_point("before-publish")
    kind = (new.takes, has_quota(access) and not new.quota_guarded)
    parameters = _parameters(access, path, new, conditions)
    if len(new.digests) > MANY_BLOCKS:
        row = _publish_long(access, path, new, parameters, publish_long[kind])
    else:
        row = judged(_STATEMENTS[kind].one(parameters), path)
    crash_point("after-publish")
    forget_history(access, path)
    return Published(row.serial, new.etag, row.modified, access.archives)


def _publish_long(
    access: Access,
    path: ObjectPath,
    new: NewVersion,
    parameters: Mapping[str, object],
    statement: Statement[PublishedVersion],
) -> PublishedVersion:
    """Publish a version of very many blocks. Raises: as ``publish_version``."""
    hashmap = LongHashmap(new.digests, _pieces(new), new.blocks, new.takes, new.claimed)
    with transaction.atomic():
        missing = hashmap.lock()
        if missing:
            # Two writers of one name may have pieces in common: who has the name makes them.
            lock_names(path, *([] if new.origin is None else [new.origin.path]))
            hashmap.keep(missing)
        row = judged(statement.one({**parameters, "pieces": b"".join(hashmap.pieces)}), path)
        if new.takes:
            hashmap.claim(access.actor)
    return row


def _pieces(new: NewVersion) -> Sequence[bytes]:
    """Return the hashes of the version's pieces, which its source or its writer may know."""
    known = new.digests.pieces() if isinstance(new.digests, StoredDigests) else new.pieces
    return known or hashes_of(new.digests).pieces


def judged(row: PublishedVersion | None, path: ObjectPath) -> PublishedVersion:
    """Return what was published. Raises: as ``publish_version``."""
    if row is None:
        raise ContainerNotFoundError(path.container)
    if not row.matched:
        raise ConditionFailedError("If-Match")
    if not row.unmatched:
        raise ConditionFailedError("If-None-Match")
    if not row.fresh:
        raise ObjectChangedError
    if not row.fits:
        raise QuotaExceededError
    return row


def forget_history(access: Access, path: ObjectPath) -> None:
    """Remove the version that a write has just replaced, if the container keeps no history.

    A crash before it leaves a version behind, which the next write of the name removes.
    """
    if not access.keeps_history:
        forget_superseded.one({"container": access.container, "name": path.name})


def _parameters(
    access: Access, path: ObjectPath, new: NewVersion, conditions: Conditions
) -> dict[str, object]:
    return {
        "account_lock": account_lock(access),
        "account_quota": account_quota(access),
        "container": access.container,
        "actor": access.actor,
        **described(path, new, conditions),
        "manifest_by": _manifest_setter(access, new.details),
        **(_taken(path, new) if new.takes else {}),
    }


def described(path: ObjectPath, new: NewVersion, conditions: Conditions) -> dict[str, object]:
    """Return the parameters that do not depend on who publishes the version."""
    digests = sorted(new.blocks)
    details = new.details
    return {
        "container_lock": container_lock(path),
        "name_lock": _lock_of(path, new),
        "name": path.name,
        "if_match": tag_list(conditions.if_match),
        "if_none_match": tag_list(conditions.if_none_match),
        "serial": new.built_on,
        "digests": digests,
        "sizes": [new.blocks[digest] for digest in digests],
        "contents": [new.small.get(digest) for digest in digests],
        "uuid": new.uuid,
        "moved": new.moved,
        "size": new.size,
        "etag": new.etag,
        "merkle": new.merkle or hashes_of(new.digests).merkle,
        "hashmap": _hashmap(new),
        "content_type": details.content_type,
        "content_encoding": details.content_encoding,
        "content_disposition": details.content_disposition,
        "manifest": details.manifest,
        "manifest_by": details.manifest_by,
        "segmented_size": details.segmented and details.segmented.size,
        "segmented_etag": details.segmented and details.segmented.etag,
        "symlink": details.symlink and columns.written(details.symlink),
        "expires": details.expires,
        "meta": meta_text(details),
        "domains": new.domains,
    }


def meta_text(details: Details) -> str:
    """Return an object's metadata as JSON."""
    return orjson.dumps(dict(details.meta)).decode() if details.meta else "{}"


def _hashmap(new: NewVersion) -> bytes | None:
    """Return the digests of several blocks, unless they are kept in pieces."""
    return b"".join(new.digests) if 1 < len(new.digests) <= MANY_BLOCKS else None


def _lock_of(path: ObjectPath, new: NewVersion) -> int:
    """Return what the statement locks: one key for all names where none needs its own.

    A transaction of thousands of locks would fill the table that all sessions share.
    """
    return name_lock(replace(path, name="") if new.locked else path)


def _manifest_setter(access: Access, details: Details) -> int | None:
    """Return who set what names other objects, None if that is who stores it, or nothing does."""
    names_none = details.manifest is None and details.segmented is None and details.symlink is None
    return None if names_none or details.manifest_by == access.actor else details.manifest_by


def _taken(path: ObjectPath, new: NewVersion) -> dict[str, object]:
    """Return what the statements take besides for blocks that are taken over."""
    long = len(new.digests) > MANY_BLOCKS  # then they are locked and claimed elsewhere
    claims = set[bytes]() if long else {*new.digests, *new.blocks} - {EMPTY_DIGEST}
    # A source that is current, and stays so while its name is locked, keeps its blocks itself.
    kept = new.origin is not None and new.origin.serial is not None
    other = path if new.origin is None else new.origin.path
    containers = sorted((container_lock(path), container_lock(other)))
    name = _lock_of(path, new)
    source = name if new.origin is None else name_lock(other)
    return {
        "claims": sorted(claims),
        "named": [] if kept else sorted(claims - new.blocks.keys()),
        "source": None if new.origin is None else new.origin.serial,
        "container_lock": containers[0],
        "other_container_lock": containers[1],
        "name_lock": name,
        "lower_source": source if source < name else None,
        "higher_source": source if source > name else None,
    }


def tag_list(tags: tuple[bytes, ...] | None) -> list[bytes] | None:
    """Return ETags as statements take them; None is no condition."""
    return None if tags is None else list(tags)
