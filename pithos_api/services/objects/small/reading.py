"""What several requests for objects of their senders' own read, found in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from accounts.tokens.credentials import Credentials
from pithos_api.models.statements.objects.own.read_own_objects import read_own_objects
from pithos_api.models.statements.objects.read_object import OwnObject
from pithos_api.services.objects.small.parts import WantedPart, held_part
from pithos_api.services.objects.small.together import (
    AskedKind,
    FoundBefore,
    found_before,
    lists_of,
)
from pithos_api.values import HeldBytes, ObjectPath
from web.conditions import ANY


class OwnRead(NamedTuple):
    """What is asked about one request. token: its SHA-256. content: false for HEAD.

    known: hashes of content that the reader has already, and does not want again.
    part: what will be sent, None if that is not known before.
    """

    token: bytes
    path: ObjectPath
    content: bool
    known: tuple[bytes, ...] = ()
    part: WantedPart | None = None

    @property
    def first(self) -> int | None:
        """The first of the blocks, two at most, whose digests alone are asked for; None: of all."""
        return self.part.first if self.part else None


@dataclass(frozen=True, slots=True)
class FoundRead(FoundBefore[OwnRead]):
    """What was found for one read. row: an ``OwnObject``; held: of its bytes what will be sent."""

    held: HeldBytes | None = None


def object_found(credentials: Credentials, path: ObjectPath, *, content: bool) -> FoundRead | None:
    """Return what this thread's request was found to read, at most once: the next look is fresh."""
    before = found_before(FoundRead)
    if before is None or before.asked[:3] != (credentials.token, path, content):
        return None
    return before


def _parameters(asked: Sequence[OwnRead]) -> dict[str, object]:
    tokens, paths, contents, _, _ = zip(*asked, strict=True)
    firsts = [each.first for each in asked]
    return {**lists_of(tokens, paths), "contents": list(contents), "firsts": firsts}


def _found(asked: OwnRead, row: OwnObject) -> FoundRead:
    if row.unnoted or row.manifest is not None:
        return FoundRead(asked, row, whole=False)
    has_all = not asked.content or row.data is not None or not row.size
    if has_all or not {bytes(row.etag), ANY}.isdisjoint(asked.known):
        return FoundRead(asked, row, whole=True)
    held = held_part(asked.part, row) if asked.part else None
    return FoundRead(asked, row, held is not None, held)


# An object that is not the caller's own, or shared, or not there is not found: who needs to know
# why asks alone. Any number of requests may read the same.
OWN_READS: Final[AskedKind[OwnRead]] = AskedKind(read_own_objects, _parameters, id, _found)
