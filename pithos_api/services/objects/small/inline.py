"""Objects of one block that is kept in its row."""

from hashlib import md5

from django.conf import settings

from pithos_api.blocks.hashing import EMPTY_DIGEST, block_digest, trimmed_length
from pithos_api.services.objects.publishing import NewVersion
from pithos_api.services.storage.contents import INLINE_LIMIT
from pithos_api.values.requests import Upload


def fits_a_row(size: int) -> bool:
    """Return whether so many bytes are an object of one such block."""
    return size <= min(INLINE_LIMIT, settings.PITHOS_BLOCK_SIZE, settings.PITHOS_MAX_UPLOAD_SIZE)


def version_of(data: bytes, upload: Upload) -> NewVersion:
    """Return the version that such bytes make."""
    digest = block_digest(data)
    has_block = digest != EMPTY_DIGEST
    length = trimmed_length(data)
    return NewVersion(
        size=len(data),
        etag=md5(data, usedforsecurity=False).digest(),
        digests=(digest,),
        details=upload.details,
        blocks={digest: length} if has_block else {},
        small={digest: data[:length]} if has_block else {},
        uuid=upload.uuid,
        merkle=digest,
    )
