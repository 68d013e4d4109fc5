"""What several requests for objects of their senders' own read, found in one statement."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from pithos_api.models.statements.objects.own.read_own_objects import read_own_objects
from pithos_api.models.statements.objects.read_object import OwnObject
from pithos_api.services.objects.small.together import (
    AskedKind,
    FoundBefore,
    found_before,
    lists_of,
)
from pithos_api.values import ObjectPath
from web.conditions import ANY


class OwnRead(NamedTuple):
    """What is asked about one request. token: its SHA-256. content: false for HEAD.

    known: hashes of content that the reader has already, and does not want again.
    """

    token: bytes
    path: ObjectPath
    content: bool
    known: tuple[bytes, ...] = ()


class FoundRead(FoundBefore[OwnRead]):
    """What was found for one read. row: an ``OwnObject``."""


def object_found(asked: OwnRead) -> OwnObject | None:
    """Return what this thread's request was found to read, at most once: the next look is fresh."""
    before = found_before(FoundRead)
    if before is None or before.asked._replace(known=()) != asked:
        return None
    row: OwnObject = before.row
    return row


def _parameters(asked: Sequence[OwnRead]) -> dict[str, object]:
    tokens, paths, contents, _ = zip(*asked, strict=True)
    return {**lists_of(tokens, paths), "contents": list(contents)}


def _is_whole(asked: OwnRead, row: OwnObject) -> bool:
    if row.unnoted or row.manifest is not None:
        return False
    has_all = not asked.content or row.data is not None or not row.size
    return has_all or not {bytes(row.etag), ANY}.isdisjoint(asked.known)


# An object that is not the caller's own, or shared, or not there is not found: who needs to know
# why asks alone. Any number of requests may read the same.
OWN_READS: Final[AskedKind[OwnRead]] = AskedKind(
    read_own_objects, _parameters, _is_whole, id, FoundRead
)
