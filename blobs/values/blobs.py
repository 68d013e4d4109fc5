"""Blobs: what they are called, what is said of them, and their bytes."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from blobs.errors import InvalidBlobError
from web.conditions import Subject
from web.reply import Piece

CONTAINER: Final = "blobs"
"""Where a user's blobs are kept, each as the object ``<namespace>/<id>``."""

DOMAIN: Final = "blobs"
"""The domain of the attributes that objects have as blobs."""

DEFAULT_NAMESPACE: Final = "default"
INCOMING_NAMESPACE: Final = "MX"

TAG_BYTES: Final = 16
"""An encrypted blob ends with its authentication tag (AES-GCM)."""

_NAME = re.compile("[a-zA-Z0-9_-]+")


class Flag(StrEnum):
    """How far a blob has been processed."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    PROCESSED = "PROCESSED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Blob:
    """A blob as it is read. size: bytes; tag: as ``tag_of`` returns it.

    read: yields the bytes from its first argument up to its second.
    """

    size: int
    tag: str
    read: Callable[[int, int], Iterator[Piece]]

    @property
    def subject(self) -> Subject:
        """What conditions are judged against: blobs never change, so there are none."""
        return Subject(modified=None)


def checked_name(text: str, what: str) -> str:
    """Return the name of a user, a namespace or a blob.

    Raises: InvalidBlobError: it has other characters than letters, digits, ``_`` and ``-``.
    """
    if not _NAME.fullmatch(text):
        raise InvalidBlobError(what, "may have letters of ASCII, digits, _ and - only")
    return text


def tag_of(ending: bytes) -> str:
    """Return the ``Tag`` of a blob that ends so: its last 16 bytes in URL-safe base64.

    Of a shorter blob these are all of its bytes.
    """
    return urlsafe_b64encode(ending[-TAG_BYTES:]).decode()


def unknown_flag(flags: list[str]) -> str | None:
    """Return one of the flags that is none, None if all are known."""
    known = {str(each) for each in Flag}
    return next((each for each in flags if each not in known), None)
