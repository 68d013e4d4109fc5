"""Making a new version the current one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.hashing import EMPTY_DIGEST, merkle_hash
from pithos_api.errors import (
    ConditionFailedError,
    ContainerNotFoundError,
    ObjectChangedError,
    QuotaExceededError,
)
from pithos_api.models.statements.publish import (
    publish,
    publish_in_quota,
    publish_taken,
    publish_taken_in_quota,
)
from pithos_api.models.statements.purge import forget_superseded
from pithos_api.services import block_store
from pithos_api.services.locks import account_lock, container_lock, name_lock
from pithos_api.services.quota import account_quota, has_quota
from pithos_api.values import DIGEST_SIZE, Access, Conditions, Details, ObjectPath, Published


@dataclass(frozen=True, slots=True)
class Origin:
    """What a version was copied from. serial: must still be current there; None for the past."""

    path: ObjectPath
    serial: int | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What the next version of a name is to be.

    etag: MD5, 16 bytes. digests: n of 32 bytes, n = max(1, ceil(size / block_size)).
    blocks: the blocks the writer brought, digest to stored length, to be claimed for them.
    small: those of ``blocks`` that live in the database, with their bytes.
    begun: monotonic time before the first of the others was put into the block store.
    uuid: None keeps that of the current version, or makes a new one where there is none.
    domains: metadata of other domains as JSON; None keeps the current version's.
    built_on: the serial that must still be current; None if it does not matter.
    takes: whether it names blocks that the writer did not bring, which then are theirs to name.
    origin: of a copy, None if nobody can have changed it meanwhile.
    """

    size: int
    etag: bytes
    digests: tuple[bytes, ...]
    details: Details
    blocks: Mapping[bytes, int] = field(default_factory=dict)
    small: Mapping[bytes, bytes] = field(default_factory=dict)
    begun: float = 0.0
    uuid: str | None = None
    domains: str | None = None
    built_on: int | None = None
    takes: bool = False
    origin: Origin | None = None


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
    statement = _STATEMENTS[new.takes, has_quota(access)]
    row = statement.one(_parameters(access, path, new, conditions))
    crash_point("after-publish")
    if row is None:
        raise ContainerNotFoundError(path.container)
    matched, unmatched, fresh, fits, serial, modified = row
    if not matched:
        raise ConditionFailedError("If-Match")
    if not unmatched:
        raise ConditionFailedError("If-None-Match")
    if not fresh:
        raise ObjectChangedError
    if not fits:
        raise QuotaExceededError
    forget_history(access, path)
    return Published(serial, new.etag, modified)


def forget_history(access: Access, path: ObjectPath) -> None:
    """Remove what a write has just superseded, where the container keeps no history.

    A crash before it leaves a version behind, which the next write of the name removes.
    """
    if not access.keeps_history:
        forget_superseded.one({"container": access.container, "name": path.name})


def _parameters(
    access: Access, path: ObjectPath, new: NewVersion, conditions: Conditions
) -> dict[str, Any]:
    digests = sorted(new.blocks)
    details = new.details
    return {
        "account_lock": account_lock(access),
        "account_quota": account_quota(access),
        "container_lock": container_lock(path),
        "name_lock": name_lock(path),
        "container": access.container,
        "name": path.name,
        "if_match": tag_list(conditions.if_match),
        "if_none_match": tag_list(conditions.if_none_match),
        "serial": new.built_on,
        "digests": digests,
        "sizes": [new.blocks[digest] for digest in digests],
        "contents": [new.small.get(digest) for digest in digests],
        "actor": access.actor,
        "uuid": new.uuid,
        "size": new.size,
        "etag": new.etag,
        "merkle": merkle_hash(new.digests),
        "hashmap": b"".join(new.digests) if len(new.digests) > 1 else None,
        "content_type": details.content_type,
        "content_encoding": details.content_encoding,
        "content_disposition": details.content_disposition,
        "manifest": details.manifest,
        "segmented_size": details.segmented and details.segmented.size,
        "segmented_etag": details.segmented and details.segmented.etag,
        "manifest_by": _manifest_setter(access, details),
        "expires": details.expires,
        "meta": orjson.dumps(dict(details.meta)).decode() if details.meta else "{}",
        "domains": new.domains,
        **(_taken(path, new) if new.takes else {}),
    }


def _manifest_setter(access: Access, details: Details) -> int | None:
    """Return who set what names other objects, None if that is who stores it, or nothing does."""
    names_others = details.manifest is not None or details.segmented is not None
    return details.manifest_by if names_others and details.manifest_by != access.actor else None


def _taken(path: ObjectPath, new: NewVersion) -> dict[str, Any]:
    """Return what the statements take besides for blocks that are taken over."""
    claims = {*new.digests, *new.blocks} - {EMPTY_DIGEST}
    # A source that is current, and stays so while its name is locked, keeps its blocks itself.
    kept = new.origin is not None and new.origin.serial is not None
    other = path if new.origin is None else new.origin.path
    containers = sorted((container_lock(path), container_lock(other)))
    name, source = name_lock(path), name_lock(other)
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


def split_digests(joined: bytes) -> tuple[bytes, ...]:
    """Return the digests of a stored hashmap."""
    return tuple(
        joined[start : start + DIGEST_SIZE] for start in range(0, len(joined), DIGEST_SIZE)
    )
