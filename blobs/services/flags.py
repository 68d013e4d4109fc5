"""Flags as requests bring them, and the reservation of a blob that is being processed."""

import time
from typing import Final

import orjson
from django.conf import settings

from blobs.errors import BlobReservedError, InvalidBlobError
from blobs.values.blobs import Flag
from web.bodies.body import RequestBody, read_all

_MAX_BODY: Final = 4096


def read_flags(body: RequestBody) -> list[str]:
    """Return the flags of a body, known or not.

    Raises: InvalidBlobError: it is no JSON list of texts; as ``read_all``.
    """
    try:
        flags = orjson.loads(read_all(body, _MAX_BODY))
    except orjson.JSONDecodeError as error:
        raise InvalidBlobError("the body", "is not JSON") from error
    if not isinstance(flags, list) or not all(isinstance(each, str) for each in flags):
        raise InvalidBlobError("the body", "is not a list of flags")
    return flags


def reserved_at(blob: str, flags: list[str], reserved: int | None) -> int | None:
    """Return when a blob that gets these flags was reserved, None if it is not to be.

    reserved: when it was before. All in microseconds since the epoch.

    Raises: BlobReservedError: somebody else has it still.
    """
    if Flag.PROCESSING not in flags:
        return None
    now = time.time_ns() // 1000
    if reserved is not None and now < reserved + settings.PITHOS_BLOBS_PROCESSING_TIMEOUT * 10**6:
        raise BlobReservedError(blob)
    return now
