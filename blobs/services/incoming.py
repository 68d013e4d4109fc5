"""Blobs that a mail exchange delivers: the bytes behind a preamble (contract blobs b)."""

import struct
import time
from base64 import urlsafe_b64encode
from typing import Final

from blobs.errors import InvalidBlobError
from blobs.services.cutting import preceded
from web.bodies.body import RequestBody
from web.errors import NoLengthError

_PREAMBLE: Final = struct.Struct("2sbbQ16s255p255pQ")
_MAGIC: Final = b"\x13\x37"
_EXTERNAL: Final = 2
_PGP: Final = 3
_FIRST_REVISION: Final = b"0"
_LONGEST_ID: Final = 254  # a Pascal string of 255 bytes begins with its length


def with_preamble(blob: str, body: RequestBody) -> RequestBody:
    """Return a body as it is stored: the preamble in URL-safe base64, a space, and the bytes.

    Raises:
        NoLengthError: the preamble tells the size, so that has to be known.
        InvalidBlobError: the preamble has no room for the id.
    """
    if len(blob) > _LONGEST_ID:
        raise InvalidBlobError("the id", f"may have {_LONGEST_ID} letters at most")
    if body.length is None:
        raise NoLengthError
    preamble = urlsafe_b64encode(_preamble(blob, body.length)) + b" "
    return preceded(preamble, body)


def _preamble(blob: str, size: int) -> bytes:
    """Return 552 bytes: magic, scheme, method, Unix time, no IV, id, revision, size in bytes."""
    now = int(time.time())
    fields = (_MAGIC, _EXTERNAL, _PGP, now, b"", blob.encode(), _FIRST_REVISION, size)
    return _PREAMBLE.pack(*fields)
