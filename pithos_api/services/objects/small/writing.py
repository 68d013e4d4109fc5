"""Small objects of the caller's own, stored in one statement that checks the token, too."""

from io import BytesIO

from django.conf import settings

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.crash import crash_point
from pithos_api.models.statements.objects.own.publish_own import OwnPublished, publish_own
from pithos_api.services.access.permissions import check, parameters
from pithos_api.services.objects.publishing import (
    NewVersion,
    described,
    forget_history,
    judged,
)
from pithos_api.services.objects.small.inline import fits_a_row, version_of
from pithos_api.services.objects.small.uploading import published_before
from pithos_api.values import Conditions, ObjectPath, Published, Right, ShareChange
from pithos_api.values.requests import Upload
from web.bodies.body import RequestBody


def is_small(credentials: Credentials, upload: Upload, body: RequestBody) -> bool:
    """Return whether the body is there, goes into a row, and the write asks for nothing more.

    A token with limits, or that another vouches for, has more to be looked at.
    """
    return (
        body.at_hand
        and body.length is not None
        and fits_a_row(body.length)
        and credentials.vouched is None
        and upload.share == ShareChange()
    )


def read_small(body: RequestBody) -> bytes:
    """Return the bytes of a body that is there. Raises: whatever reading raises."""
    data = bytearray(body.length or 0)
    filled = 0
    while filled < len(data) and (count := body.readinto(memoryview(data)[filled:])):
        filled += count
    return bytes(data[:filled])


def body_of(data: bytes) -> RequestBody:
    """Return bytes that were read as a body that is there."""
    return RequestBody(BytesIO(data).readinto, len(data), at_hand=True)


def stored_with_others(
    credentials: Credentials, path: ObjectPath, upload: Upload
) -> Published | None:
    """Return what this request was stored as, with others; None: it is still to be done.

    Raises: OutcomeUnknownError.
    """
    before = published_before(credentials, path, upload)
    return _outcome(credentials, path, before.asked.new, before.row) if before else None


def store_own(
    credentials: Credentials, path: ObjectPath, upload: Upload, data: bytes
) -> Published | None:
    """Make ``data`` the current version of ``path``, if it is the caller's and nobody else's.

    None: it is not, or a quota or a hash has to be judged. Nothing has changed, and the long way
    says what is wrong, if anything is.

    Raises: ConditionFailedError.
    """
    new = version_of(data, upload)
    if upload.etag is not None and upload.etag not in (new.etag.hex(), new.merkle.hex()):
        return None
    crash_point("before-publish")
    row = _publish(credentials, path, new, upload.conditions)
    return None if row is None else _outcome(credentials, path, new, row)


def _outcome(
    credentials: Credentials, path: ObjectPath, new: NewVersion, row: OwnPublished
) -> Published:
    """Return what was published. Raises: ConditionFailedError."""
    check(credentials, row.access, Right.OWN)
    version = judged(row.version, path)
    crash_point("after-publish")
    forget_history(row.access, path)
    return Published(version.serial, new.etag, version.modified, row.access.archives)


def _publish(
    credentials: Credentials, path: ObjectPath, new: NewVersion, conditions: Conditions
) -> OwnPublished | None:
    wanted = {**described(path, new, conditions), **parameters(credentials, path)}
    return publish_own.one({**wanted, "default_quota": settings.PITHOS_DEFAULT_QUOTA})
