"""Many small objects of one container, stored together: durable at the price of one."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import orjson
from django.conf import settings
from django.db import Error, connection, transaction

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.pipeline import SMALL_BODY, put_all
from pithos_api.errors import ContainerNotFoundError
from pithos_api.models.statements.objects.publish_many import publish_many
from pithos_api.models.statements.objects.purge import forget_all_superseded
from pithos_api.services.access.permissions import authorize
from pithos_api.services.access.scopes import require_writer
from pithos_api.services.containers.quotas import QuotaGuard
from pithos_api.services.locks import lock_names
from pithos_api.services.objects import claims
from pithos_api.services.objects.publishing import NewVersion
from pithos_api.services.objects.small.inline import version_of
from pithos_api.services.objects.small.writing import body_of
from pithos_api.services.objects.versions.archiving import archived
from pithos_api.services.objects.writing import store_object
from pithos_api.services.storage import block_store
from pithos_api.services.storage.contents import INLINE_LIMIT
from pithos_api.values import Access, Conditions, ContainerPath, ObjectPath, Right, ShareChange
from pithos_api.values.requests import Upload
from web.errors import Forbidden, NotFound, PithosError

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 100
"""Objects that are stored together: as many locks are held."""


@dataclass(frozen=True, slots=True)
class SmallObject:
    """An object on its way in. data: as many bytes as ``goes_with_others`` says."""

    path: ObjectPath
    upload: Upload
    data: bytes


def goes_with_others(size: int) -> bool:
    """Return whether so many bytes are one block that is stored with others."""
    most = min(SMALL_BODY, settings.PITHOS_BLOCK_SIZE, settings.PITHOS_MAX_UPLOAD_SIZE)
    return size <= most


def store_many(
    credentials: Credentials, arriving: Sequence[SmallObject]
) -> list[PithosError | None]:
    """Store up to ``MOST_AT_ONCE`` objects of one container, whose names differ.

    Returns: what went wrong with each; None: it is durable. What can be refused to one of them, or
    needs more than a row, is stored one by one; else two statements store all.

    Raises: InvalidTokenError.
    """
    require_writer(credentials)
    if all(_is_plain(each.upload) for each in arriving):
        access = _owner_access(credentials, arriving[0].path)
        if access is not None and _stored_together(credentials, access, arriving):
            return [None] * len(arriving)
    return [_error_of(credentials, each) for each in arriving]


def _is_plain(upload: Upload) -> bool:
    """Return whether a row has all that is said of it, and nothing is demanded."""
    details = upload.details
    return (
        upload.conditions == Conditions()
        and upload.share == ShareChange()
        and upload.etag is None
        and upload.uuid is None
        and details.manifest is None
        and details.segmented is None
    )


def _owner_access(credentials: Credentials, path: ObjectPath) -> Access | None:
    """Return what who owns the container may do; None: somebody else asks, or it is special."""
    container = ContainerPath(path.account, path.container)
    try:
        access = authorize(credentials, container, Right.OWN)
    except (Forbidden, NotFound):
        return None
    return None if access.sealed or access.archives else access


def _stored_together(
    credentials: Credentials, access: Access, arriving: Sequence[SmallObject]
) -> bool:
    """Store all, or none: whoever they are refused to is told of each."""
    versions = list(map(_version_of, arriving))
    begun = time.monotonic()
    try:
        put = _put_blocks(arriving, versions)
        with (
            claims.counted_if_unnamed(credentials, access.actor, put, begun),
            transaction.atomic(),
        ):
            block_store.recall(put.keys(), begun)
            lock_names(*(each.path for each in arriving))
            with QuotaGuard(access):
                _publish(access, arriving, versions)
    except PithosError:
        return False
    except Error as error:
        # Two batches of one user may have waited for each other's blocks.
        log.warning("objects are stored one by one: %s", str(error).strip())
        connection.close_if_unusable_or_obsolete()
        return False
    crash_point("after-publish")
    return True


def _version_of(each: SmallObject) -> NewVersion:
    """Return the version that an object makes; a block that is too long for a row is put."""
    version = version_of(each.data, each.upload)
    length = max(version.blocks.values(), default=0)
    return version if length <= INLINE_LIMIT else replace(version, small={})


def _put_blocks(
    arriving: Sequence[SmallObject], versions: Sequence[NewVersion]
) -> dict[bytes, int]:
    """Put what no row has; return digest and stored bytes of each. Raises: as ``put_all``."""
    blocks = {
        digest: each.data[:length]
        for each, version in zip(arriving, versions, strict=True)
        for digest, length in version.blocks.items()
        if digest not in version.small
    }
    put_all(block_store.current(), blocks)
    return {digest: len(block) for digest, block in blocks.items()}


def _publish(
    access: Access, arriving: Sequence[SmallObject], versions: Sequence[NewVersion]
) -> None:
    """Make all of them current. Raises: ContainerNotFoundError: it was deleted meanwhile."""
    crash_point("before-publish")
    made = publish_many.all(_parameters(access, arriving, versions))
    if not made:
        raise ContainerNotFoundError(arriving[0].path.container)
    replaced = [row.name for row in made if row.replaces]
    if replaced and not access.keeps_history:
        forget_all_superseded.one({"container": access.container, "names": replaced})


def _parameters(
    access: Access, arriving: Sequence[SmallObject], versions: Sequence[NewVersion]
) -> dict[str, object]:
    sizes: dict[bytes, int] = {}
    contents: dict[bytes, bytes] = {}
    for version in versions:
        sizes.update(version.blocks)
        contents.update(version.small)
    digests = sorted(sizes)
    details = [version.details for version in versions]
    return {
        "container": access.container,
        "actor": access.actor,
        "names": [each.path.name for each in arriving],
        "object_sizes": [version.size for version in versions],
        "etags": [version.etag for version in versions],
        "merkles": [version.merkle for version in versions],
        "content_types": [each.content_type for each in details],
        "content_encodings": [each.content_encoding for each in details],
        "content_dispositions": [each.content_disposition for each in details],
        "expiries": [each.expires for each in details],
        "metas": [orjson.dumps(dict(each.meta)).decode() for each in details],
        "digests": digests,
        "sizes": [sizes[digest] for digest in digests],
        "contents": [contents.get(digest) for digest in digests],
    }


def _error_of(credentials: Credentials, each: SmallObject) -> PithosError | None:
    """Store one; return what went wrong, if anything did. Raises: InvalidTokenError."""
    try:
        stored = store_object(credentials, each.path, each.upload, body_of(each.data))
        archived(each.path, stored)
    except PithosError as error:
        return error
    return None
