"""Storing whole objects, and blocks for hashmaps to come."""

from dataclasses import dataclass

from django.conf import settings

from accounts.credentials import Credentials
from pithos_api.blocks.intake import IntakeRules, ReadInto, StoredContent, store_content
from pithos_api.errors import (
    ConditionFailedError,
    ContainerNotFoundError,
    ETagMismatchError,
)
from pithos_api.models.statements.access import authorize
from pithos_api.models.statements.claim_blocks import claim_blocks
from pithos_api.models.statements.read_object import read_object
from pithos_api.services import block_store
from pithos_api.services.permissions import access, admit_owner
from pithos_api.services.versions import NewVersion, publish_version
from pithos_api.values import Conditions, ContainerPath, Details, ObjectPath, Published

# Blocks up to this many bytes ride in the database's own commit: no file, no second flush.
INLINE_LIMIT = 16 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes that a request carries.

    readinto: fills a buffer, returns how many bytes, 0 at the end; raises if the body breaks.
    length: bytes that the client announced; None for a chunked body.
    """

    readinto: ReadInto
    length: int | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A whole object on its way in. etag: the MD5 that the body must have; None is any."""

    details: Details
    body: Body
    conditions: Conditions
    etag: bytes | None = None


def store_object(credentials: Credentials, path: ObjectPath, upload: Upload) -> Published:
    """Make the upload the current version of ``path`` (contract §2.4, PUT).

    No transaction is open while the body streams, and nothing is stored if it fails.

    Raises:
        InvalidTokenError, NotAllowedError, ContainerNotFoundError, ConditionFailedError:
            before the body is read.
        UploadTooLargeError, IncompleteBodyError, ETagMismatchError.
    """
    actor, container = _target(credentials, path, upload.conditions)
    content = _take(upload.body)
    if upload.etag is not None and upload.etag != content.md5:
        raise ETagMismatchError(upload.etag.hex(), content.md5.hex())
    new = NewVersion(
        size=content.size,
        etag=content.md5,
        digests=content.digests,
        details=upload.details,
        blocks=content.lengths,
        small=content.inline,
    )
    return publish_version(actor, container, path, new, upload.conditions)


def store_blocks(credentials: Credentials, path: ContainerPath, body: Body) -> tuple[bytes, ...]:
    """Keep the body's blocks for the caller's hashmaps to come; return their digests in order.

    The body is cut at the block size (contract §2.3, block upload).

    Raises: as ``store_object``.
    """
    row = admit_owner(credentials, authorize.one(access(credentials, path)))
    if row[3] is None:
        raise ContainerNotFoundError(path.container)
    content = _take(body)
    digests = sorted(content.lengths)
    claim_blocks.one(
        {
            "actor": row[0],
            "digests": digests,
            "sizes": [content.lengths[digest] for digest in digests],
            "contents": [content.inline.get(digest) for digest in digests],
        }
    )
    return content.digests if content.size else ()


def _target(credentials: Credentials, path: ObjectPath, conditions: Conditions) -> tuple[int, int]:
    """Return the row ids of the caller and of the container that ``path`` goes into."""
    if conditions == Conditions():
        row = authorize.one(access(credentials, path))
    else:
        row = read_object.one({**access(credentials, path), "name": path.name, "content": False})
    actor, _, _, container, *version = admit_owner(credentials, row)
    if container is None:
        raise ContainerNotFoundError(path.container)
    if version:
        check_conditions(conditions, None if version[0] is None else bytes(version[3]))
    return actor, container


def check_conditions(conditions: Conditions, etag: bytes | None) -> None:
    """Judge a write's conditions by the current version's MD5, None where there is none.

    Raises: ConditionFailedError (RFC 9110 §13.1.1 and §13.1.2).
    """
    matched, refused = conditions.if_match, conditions.if_none_match
    if matched is not None and (etag is None or not {etag, b""} & set(matched)):
        raise ConditionFailedError("If-Match")
    if refused is not None and etag is not None and {etag, b""} & set(refused):
        raise ConditionFailedError("If-None-Match")


def _take(body: Body) -> StoredContent:
    """Cut, hash and store the body; what comes back is durable."""
    rules = IntakeRules(
        block_size=settings.PITHOS_BLOCK_SIZE,
        inline_limit=INLINE_LIMIT,
        max_size=settings.PITHOS_MAX_UPLOAD_SIZE,
    )
    return store_content(body.readinto, block_store.current(), rules, body.length)
