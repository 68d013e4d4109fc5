"""The ETag of content that was not received as a whole: known, read for, or made later."""

from django.conf import settings

from pithos_api.models.statements.objects.content_md5 import known_content


def known_md5(merkle: bytes, size: int) -> bytes | None:
    """Return the MD5 of equal content that is or was stored, found by its Merkle hash and size."""
    row = known_content.one({"merkle": merkle, "size": size})
    return None if row is None else bytes(row.etag)


def is_late(size: int) -> bool:
    """Return whether the MD5 of so much content is made later, in the background, if not known.

    Until then the Merkle hash is its ETag. ``upkeep.checksums`` finds it by that.
    """
    return bool(size > settings.PITHOS_MD5_NOW)
