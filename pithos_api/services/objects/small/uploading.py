"""Small objects of their senders' own that several requests store, in one statement."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from django.conf import settings

from accounts.tokens.credentials import Credentials
from pithos_api.models.statements.objects.own.publish_own import OwnPublished
from pithos_api.models.statements.objects.own.publish_own_objects import publish_own_objects
from pithos_api.services.objects.publishing import NewVersion, meta_text
from pithos_api.services.objects.small.inline import fits_a_row, version_of
from pithos_api.services.objects.small.together import (
    AskedKind,
    FoundBefore,
    found_before,
    lists_of,
    locks_of,
    needs_no_more,
)
from pithos_api.values import Details, ObjectPath
from pithos_api.values.requests import Upload


class OwnUpload(NamedTuple):
    """What is asked about one request. token: its SHA-256. data: all bytes of the object."""

    token: bytes
    path: ObjectPath
    upload: Upload
    data: bytes
    new: NewVersion

    def is_of(self, credentials: Credentials, path: ObjectPath, upload: Upload) -> bool:
        """Return whether it is what a request asks for, whose body ``data`` is."""
        return (credentials.token, path, upload) == self[:3]


class FoundUpload(FoundBefore[OwnUpload]):
    """What became of one upload. row: an ``OwnPublished``."""


def published_before(
    credentials: Credentials, path: ObjectPath, upload: Upload
) -> FoundUpload | None:
    """Return what became of this thread's upload with others; None: it is still to be done.

    Nobody needs its body any more.

    Raises: OutcomeUnknownError.
    """
    before = found_before(FoundUpload)
    return before if before and before.asked.is_of(credentials, path, upload) else None


def own_upload(
    credentials: Credentials, path: ObjectPath, upload: Upload, body: bytes
) -> OwnUpload | None:
    """Return what is asked about an upload with others; None: it says more than most."""
    plain = Details(
        upload.details.content_type,
        upload.details.content_encoding,
        upload.details.content_disposition,
        meta=upload.details.meta,
    )
    if not fits_a_row(len(body)) or upload != Upload(plain):
        return None
    return OwnUpload(credentials.token, path, upload, body, version_of(body, upload))


def _parameters(asked: Sequence[OwnUpload]) -> dict[str, object]:
    tokens, paths, _, _, news = zip(*asked, strict=True)
    details = [new.details for new in news]
    contents = [new.small.get(new.merkle, b"") for new in news]
    ends = list(accumulate(map(len, contents)))
    return {
        **lists_of(tokens, paths),
        **locks_of(paths),
        "default_quota": settings.PITHOS_DEFAULT_QUOTA,
        "sizes": [new.size for new in news],
        "etags": [new.etag for new in news],
        "merkles": [new.merkle for new in news],
        "lengths": [new.blocks.get(new.merkle) for new in news],
        "starts": [end - len(each) + 1 for end, each in zip(ends, contents, strict=True)],
        "contents": b"".join(contents),
        "content_types": [each.content_type for each in details],
        "content_encodings": [each.content_encoding for each in details],
        "content_dispositions": [each.content_disposition for each in details],
        "metas": [meta_text(each) for each in details],
    }


def _found(asked: OwnUpload, row: OwnPublished | None) -> FoundUpload:
    return FoundUpload(asked, row, whole=row is not None and needs_no_more(row.access))


OWN_UPLOADS: Final[AskedKind[OwnUpload]] = AskedKind(
    publish_own_objects, _parameters, lambda asked: asked.path, _found, writes=True
)
