"""A quick checksum beside each large block file, which spares its readers the SHA-256.

It is kept in the extended attribute ``user.pithos`` of the file:

    1 byte    how it is made: 1, GMAC
    4 bytes   which key it was made with
    16 bytes  the checksum: GMAC (NIST SP 800-38D) of the bytes under a key of this block alone

A block's key is made of the store's key and the block's digest. So a checksum says "the bytes of
this very block", nobody makes one without the store's key, and no key and nonce ever serve for two
contents. What an attribute says is never taken for damage: where it does not fit, is made with
another key, or is missing, the reader takes SHA-256.
"""

import logging
import os
from contextlib import suppress
from hashlib import blake2b, sha256
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import GCM

from pithos_api.blocks.local.files import DIRECT_SIZE, feed_from_file, hash_of_file

logger = logging.getLogger(__name__)

ATTRIBUTE: Final = "user.pithos"

LEAST_SIZE: Final = DIRECT_SIZE
"""Bytes from which a block has a checksum: SHA-256 of less takes 0.1 ms at most."""

_GMAC: Final = b"\1"
_NONCE: Final = bytes(12)


class Checksum:
    """The checksum of one block, taken piece by piece: 2.3 ms less than SHA-256 for 4 MiB."""

    def __init__(self, key: bytes, digest: bytes) -> None:
        of_block = blake2b(digest, digest_size=32, key=key, person=b"pithos block").digest()
        self._mac = Cipher(AES256(of_block), GCM(_NONCE)).encryptor()

    def update(self, piece: bytes | memoryview) -> None:
        """Go on with the next bytes; other threads run meanwhile."""
        self._mac.authenticate_additional_data(piece)

    def value(self) -> bytes:
        """16 bytes, when all has been taken; once."""
        self._mac.finalize()
        return self._mac.tag


class Checksums:
    """What makes, keeps and compares the checksums of one store.

    key: 32 to 64 secret bytes, the same for all who use the store. None: no file gets a checksum,
    and none is looked at.
    """

    def __init__(self, key: bytes | None) -> None:
        self._key = key
        self._head = b"" if key is None else _GMAC + blake2b(digest_size=4, key=key).digest()

    def keep(self, fd: int, digest: bytes, block: bytes | memoryview) -> None:
        """Put the checksum of ``block`` beside the open file that will hold it, if it is large.

        No error: nothing but the time of a read depends on it.
        """
        if self._key is None or len(block) < LEAST_SIZE:
            return
        checksum = Checksum(self._key, digest)
        checksum.update(block)
        self._write(fd, checksum.value())

    def vouch(self, fd: int, digest: bytes, size: int) -> bool:
        """Whether the open file's ``size`` bytes are the block's, as far as its checksum tells.

        False says nothing. Raises: OSError: the file cannot be read, or became shorter.
        """
        kept = self._kept(fd, size)
        if self._key is None or not kept:
            return False
        checksum = Checksum(self._key, digest)
        feed_from_file(fd, size, checksum)
        if compare_digest(checksum.value(), kept):
            return True
        logger.warning("block %s does not fit the checksum beside it", digest.hex())
        return False

    def renew(self, fd: int, digest: bytes, size: int) -> bytes:
        """Return SHA-256 of the open file; if that is ``digest``, put the file's checksum right.

        Both are made of the same bytes. Raises: as ``vouch``.
        """
        if self._key is None or size < LEAST_SIZE:
            return hash_of_file(fd, size)
        found, checksum = sha256(), Checksum(self._key, digest)
        feed_from_file(fd, size, found, checksum)
        value = checksum.value()
        if found.digest() == digest and self._kept(fd, size) != value:
            self._write(fd, value)
        return found.digest()

    def _write(self, fd: int, value: bytes) -> None:
        """Where the file system refuses, for whatever reason, the file goes without."""
        with suppress(OSError):
            os.setxattr(fd, ATTRIBUTE, self._head + value)

    def _kept(self, fd: int, size: int) -> bytes:
        """The checksum beside the file; nothing if there is none that this key has made."""
        if self._key is not None and size >= LEAST_SIZE:
            with suppress(OSError):
                kept = os.getxattr(fd, ATTRIBUTE)
                return kept[len(self._head) :] if kept.startswith(self._head) else b""
        return b""
