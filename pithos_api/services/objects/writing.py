"""Storing whole objects, and blocks for hashmaps to come."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, Literal

from django.conf import settings
from django.db import transaction

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.intake import Intake, IntakeRules, IntakeSource, StoredContent
from pithos_api.blocks.pipeline import SMALL_BODY
from pithos_api.errors import (
    ETagMismatchError,
    NoMD5Error,
    NotAllowedError,
    QuotaExceededError,
    UnnamedBlocksError,
)
from pithos_api.services.access import sharing
from pithos_api.services.access.permissions import authorize
from pithos_api.services.access.preconditions import check_conditions
from pithos_api.services.access.scopes import require_manifest, require_sharer, require_writer
from pithos_api.services.containers.quotas import find_room, has_quota
from pithos_api.services.objects import claims, reading
from pithos_api.services.objects.long_hashmaps import hashes_of
from pithos_api.services.objects.publishing import NewVersion, publish_version
from pithos_api.services.objects.small.writing import body_of, is_small, read_small, store_own
from pithos_api.services.storage import block_store
from pithos_api.services.storage.contents import INLINE_LIMIT
from pithos_api.services.storage.uploads_in_flight import UploadWatch
from pithos_api.values import (
    Access,
    Conditions,
    ContainerPath,
    Details,
    ObjectPath,
    Published,
    Right,
    ShareChange,
)
from pithos_api.values.requests import Upload
from web.bodies.body import RequestBody
from web.bodies.pausing import ReadInto, keep
from web.errors import Forbidden, PithosError

# An MD5, or a Merkle hash.
_ETAG = re.compile("[0-9a-f]{32}|[0-9a-f]{64}")
_INTAKE: Final = "intake"


class SealedContainerError(Forbidden):
    """Another interface of the store writes into the container, and nobody else."""

    def __init__(self, container: str) -> None:
        super().__init__(f"objects in {container!r} can be read and deleted here, not written")


def store_object(
    credentials: Credentials, path: ObjectPath, upload: Upload, body: RequestBody
) -> Published:
    """Make the body the current version of ``path``, described by the upload (contract §2.4, PUT).

    No transaction is open while the body streams, and nothing is stored if it fails. What is small
    and the caller's own takes one statement.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ConditionFailedError,
        NoMD5Error: before the body is read.
        UploadTooLargeError, IncompleteBodyError, ETagMismatchError, GrantConflictError,
        QuotaExceededError; UnnamedBlocksError: as ``take``.
    """
    if is_small(credentials, upload, body):
        data = read_small(body)
        published = store_own(credentials, path, upload, data)
        if published is not None:
            return published
        body = body_of(data)
    access = begin_write(
        credentials, path, upload.conditions, upload.share, upload.details.manifest
    )
    require_expiry(access, upload.details.expires)
    require_hash(upload.etag)
    body = within_quota(access, path, body)
    content = receive(credentials, access, body, upload.etag)
    with claims.counted_if_unnamed(credentials, access.actor, content.put, content.begun):
        new = replace(new_version(content, upload.details), uuid=upload.uuid)
        check_etag(upload.etag, new.etag, new.merkle)
        return publish_shared(access, path, new, upload.conditions, upload.share)


def new_version(content: StoredContent, details: Details) -> NewVersion:
    """Return the version that stored content makes, its blocks to be claimed."""
    hashes = hashes_of(content.digests)
    return NewVersion(
        size=content.size,
        etag=content.md5,
        digests=content.digests,
        details=details,
        blocks=content.lengths,
        small=content.inline,
        begun=content.begun,
        merkle=hashes.merkle,
        pieces=hashes.pieces,
    )


def publish_shared(
    access: Access, path: ObjectPath, new: NewVersion, conditions: Conditions, share: ShareChange
) -> Published:
    """Publish, and share as the upload says, together or not at all.

    Raises: as ``publish_version`` and ``sharing.change_sharing``.
    """
    if share == ShareChange():
        return publish_version(access, path, new, conditions)
    with transaction.atomic():
        published = publish_version(access, path, new, conditions)
        sharing.change_sharing(access, path, share)
    return published


def require_hash(wanted: str | None) -> None:
    """Make sure that some body has the hash that the client sent as ETag. Raises: NoMD5Error."""
    if wanted is not None and not _ETAG.fullmatch(wanted):
        raise NoMD5Error(wanted)


def check_etag(wanted: str | None, *etags: bytes) -> None:
    """Make sure that what the client sent as ETag is one of those that stand for the body.

    Raises: NoMD5Error, ETagMismatchError.
    """
    require_hash(wanted)
    if wanted is not None and bytes.fromhex(wanted) not in etags:
        raise ETagMismatchError(wanted, etags[0].hex())


def store_blocks(
    credentials: Credentials, path: ContainerPath, body: RequestBody
) -> tuple[bytes, ...]:
    """Keep the body's blocks for the caller's hashmaps to come; return their digests in order.

    The body is cut at the block size (contract §2.3, block upload).

    Raises:
        InvalidTokenError, ContainerNotFoundError, UploadTooLargeError, IncompleteBodyError.
        UnnamedBlocksError: the caller has sent too much that no object names yet.
        NotAllowedError: the caller neither owns the container nor may write to a part of it.
    """
    require_writer(credentials)
    access = authorize(credentials, path, Right.WRITE, below=credentials.prefix)
    body = bounded(body, claims.unnamed_room(access.actor), UnnamedBlocksError)
    content = receive(credentials, access, body)
    claims.claim_content(credentials, access.actor, content)
    return content.digests if content.size else ()


def within_quota(access: Access, path: ObjectPath, body: RequestBody) -> RequestBody:
    """Return a body that ends in QuotaExceededError as soon as its object would exceed a quota.

    One that fits into the database's own rows is left to the statement that publishes it: it is
    stored with that statement, or not at all.

    Raises: QuotaExceededError: it announces more than there is room for.
    """
    if not has_quota(access) or (body.length is not None and body.length <= INLINE_LIMIT):
        return body
    return bounded(body, find_room(access, path), QuotaExceededError)


def bounded(body: RequestBody, most: int, refusal: Callable[[], PithosError]) -> RequestBody:
    """Return the body, of which no more than ``most`` bytes can be read.

    Raises: ``refusal``: at once if the body announces more, else when more has come.
    """
    if body.length is not None:
        if body.length > most:
            raise refusal()
        return body
    left = most

    def checked(read: ReadInto) -> ReadInto:
        def readinto(buffer: memoryview) -> int:
            nonlocal left
            count = read(buffer)
            left -= count
            if left < 0:
                raise refusal()
            return count

        return readinto

    return body.through(checked, None)


def begin_write(
    credentials: Credentials,
    path: ObjectPath,
    conditions: Conditions,
    share: ShareChange = ShareChange(),
    manifest: str | None = None,
) -> Access:
    """Return what the caller may do at ``path``; conditions that fail now spare the body.

    share, manifest: what the write says of them; a limited token may not say everything.

    Raises:
        InvalidTokenError, NotAllowedError, LimitedTokenError, ContainerNotFoundError,
        SealedContainerError, ConditionFailedError.
    """
    require_writer(credentials)
    require_sharer(credentials, share)
    require_manifest(credentials, path.account, manifest)
    least = Right.WRITE if share == ShareChange() else Right.OWN
    access = authorize(credentials, path, least)
    if access.sealed:
        raise SealedContainerError(path.container)
    if conditions != Conditions():
        check_conditions(conditions, reading.current_etags(access, path))
    return access


def require_expiry(access: Access, expires: int | Literal[""] | None) -> None:
    """Make sure that who sets a time at which an object is deleted may delete it.

    expires: false if there is none.

    Raises: NotAllowedError.
    """
    if expires and not access.may(Right.DELETE):
        raise NotAllowedError


def receive(
    credentials: Credentials,
    access: Access,
    body: RequestBody,
    etag: str | None = None,
    *,
    with_sha512: bool = False,
) -> StoredContent:
    """Cut, hash and store the body; what comes back is durable.

    etag: the MD5 that the body is to have. with_sha512: whether its SHA-512 is wanted.
    A body that breaks leaves blocks that nobody names: they count for their sender, who may not
    go on so without end.

    Raises: UnnamedBlocksError: too much was sent and not named, and this may become more of it;
        as ``store_content``.
    """

    def begin() -> Intake:
        if body.length is None or body.length > (SMALL_BODY if etag is None else INLINE_LIMIT):
            claims.check_uploads_end(access.actor)
        return _intake(credentials, access, body, with_sha512=with_sha512)

    return keep(body.pausing, _INTAKE, begin).run()


def _intake(
    credentials: Credentials, access: Access, body: RequestBody, *, with_sha512: bool
) -> Intake:
    rules = IntakeRules(
        block_size=settings.PITHOS_BLOCK_SIZE,
        inline_limit=INLINE_LIMIT,
        max_size=settings.PITHOS_MAX_UPLOAD_SIZE,
        with_sha512=with_sha512,
    )
    watch = UploadWatch(body.length)
    aside = None if body.pausing is None else body.pausing.aside
    source = IntakeSource(body.receive, body.length, aside, watch)
    abandon = partial(claims.count_abandoned, credentials, access.actor)
    return Intake(source, block_store.current(), rules, abandon)
