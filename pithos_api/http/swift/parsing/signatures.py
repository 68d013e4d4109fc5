"""Signatures by the keys of an account or a container."""

import base64
import binascii
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.conf import settings

from pithos_api.errors import InvalidSignatureError

# By digits of a signature in hex. SHA-1 is what container registries and older tools make: two
# texts of one digest can be found, but an HMAC cannot be forged by that.
_HASHES = {40: "sha1", 64: "sha256", 128: "sha512"}


def allowed_hashes() -> list[str]:
    """Return the names of the hashes that a signature may be made by."""
    return sorted(settings.PITHOS_TEMPURL_DIGESTS)


@dataclass(frozen=True, slots=True)
class Signature:
    """An HMAC as it was sent. hash_name: by which hash; digest: its bytes."""

    hash_name: str
    digest: bytes

    @classmethod
    def parse(cls, value: str) -> Self:
        """Return what is written in hex, or as ``sha256:`` and base64.

        Raises: InvalidSignatureError: also of a hash that the operator does not allow.
        """
        name, colon, text = value.partition(":")
        try:
            if colon:
                padded = text.replace("-", "+").replace("_", "/")
                digest = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
            else:
                digest = bytes.fromhex(value)
        except (ValueError, binascii.Error) as error:
            raise InvalidSignatureError from error
        known = _HASHES.get(len(digest) * 2)
        if known not in settings.PITHOS_TEMPURL_DIGESTS or (colon and name != known):
            raise InvalidSignatureError
        return cls(known, digest)

    def is_by(self, keys: Iterable[str], texts: list[bytes]) -> bool:
        """Return whether any of the keys has signed any of the texts."""
        return any(
            hmac.compare_digest(hmac.digest(key.encode(), text, self.hash_name), self.digest)
            for key in keys
            for text in texts
        )
