"""What requests for objects of their senders' own read: one alone, or several in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.hashing import block_digest
from pithos_api.models.statements.objects.own.read_own_objects import read_own_objects
from pithos_api.models.statements.objects.read_object import OwnObject, read_own_object
from pithos_api.services.access.permissions import parameters
from pithos_api.services.objects.small.parts import WantedPart, held_part, wanted_part
from pithos_api.services.objects.small.recent import KeptContent, contents
from pithos_api.services.objects.small.together import (
    AskedKind,
    FoundBefore,
    found_before,
    lists_of,
)
from pithos_api.services.storage.contents import INLINE_LIMIT
from pithos_api.values import HeldBytes, ObjectPath
from pithos_api.values.requests import ReadObject
from web.conditions import ANY, ReadConditions


class OwnRead(NamedTuple):
    """What is asked about one request. token: its SHA-256. content: false for HEAD.

    known: hashes of content that the reader has already, and does not want again.
    part: what will be sent, None if that is not known before. kept: what the object held when it
    was read before.
    """

    token: bytes
    path: ObjectPath
    content: bool
    known: tuple[bytes, ...] = ()
    part: WantedPart | None = None
    kept: KeptContent | None = None

    @property
    def first(self) -> int | None:
        """The first of the blocks, two at most, whose digests alone are asked for; None: of all."""
        return self.part.first if self.part else None

    @property
    def digest(self) -> bytes | None:
        """The digest of what is kept."""
        return self.kept.digest if self.kept else None


@dataclass(frozen=True, slots=True)
class FoundRead(FoundBefore[OwnRead]):
    """What was found for one read. row: an ``OwnObject``.

    data: the whole block of a small object; held: of its bytes what will be sent.
    """

    data: bytes | None = None
    held: HeldBytes | None = None


def object_found(credentials: Credentials, path: ObjectPath, *, content: bool) -> FoundRead | None:
    """Return what this thread's request was found to read, at most once: the next look is fresh."""
    before = found_before(FoundRead)
    if before is None or before.asked[:3] != (credentials.token, path, content):
        return None
    return before


def own_head(
    credentials: Credentials, path: ObjectPath, _: ReadObject, body: bytes
) -> OwnRead | None:
    """Return what is asked about a HEAD with others; None: a body comes with it."""
    return None if body else OwnRead(credentials.token, path, content=False)


def own_content(
    credentials: Credentials, path: ObjectPath, wanted: ReadObject, body: bytes
) -> OwnRead | None:
    """Return what is asked about a GET of what is current with others; None: as of ``own_head``."""
    if body:
        return None
    known, part = _known(wanted.conditions), None
    if wanted.if_range is None:
        part = wanted_part(wanted.range)
    return OwnRead(credentials.token, path, True, known, part, contents().at(path))


def _known(conditions: ReadConditions | None) -> tuple[bytes, ...]:
    """Return the content that its reader gets 304 for, as far as the hash alone decides that."""
    if conditions is None or conditions.if_match is not None:
        return ()
    return () if conditions.unmodified_since is not None else conditions.if_none_match or ()


def read_own(credentials: Credentials, path: ObjectPath, *, content: bool) -> FoundRead | None:
    """Return what the caller owns and nobody shares at a path, None for anything else there."""
    kept = contents().at(path) if content else None
    asked = OwnRead(credentials.token, path, content, kept=kept)
    wanted = {**parameters(credentials, path), "content": content, "kept": asked.digest}
    row = read_own_object.one(wanted)
    return None if row is None else _found(asked, row)


def _parameters(asked: Sequence[OwnRead]) -> dict[str, object]:
    tokens, paths, wishes, _, _, _ = zip(*asked, strict=True)
    return {
        **lists_of(tokens, paths),
        "contents": list(wishes),
        "firsts": [each.first for each in asked],
        "kepts": [each.digest for each in asked],
    }


def _found(asked: OwnRead, row: OwnObject) -> FoundRead:
    data, held = _small_content(asked, row)
    if row.unnoted or row.manifest is not None:
        return FoundRead(asked, row, False, data, held)
    has_all = not asked.content or held is not None or not row.size
    if has_all or not {bytes(row.etag), ANY}.isdisjoint(asked.known):
        return FoundRead(asked, row, True, data, held)
    if data is None and asked.part:
        held = held_part(asked.part, row)
    return FoundRead(asked, row, held is not None, data, held)


def _small_content(asked: OwnRead, row: OwnObject) -> tuple[bytes | None, HeldBytes | None]:
    """Return the block of a small object, and the object's bytes if the block is not damaged.

    A short block may be all of a long object that ends in NULs: those are made as they are sent.
    """
    if row.data is None:
        return None, None
    kept, digest = asked.kept, bytes(row.merkle)
    if kept is None or kept.digest != digest:
        kept = KeptContent(digest, bytes.fromhex(row.data))
        if block_digest(kept.data) != kept.digest:
            return kept.data, None
        contents().note(asked.path, kept)
    if row.size > INLINE_LIMIT:
        return kept.data, None
    return kept.data, HeldBytes(0, kept.data.ljust(row.size, b"\0"))


# An object that is not the caller's own, or shared, or not there is not found: who needs to know
# why asks alone. Any number of requests may read the same.
OWN_READS: Final[AskedKind[OwnRead]] = AskedKind(read_own_objects, _parameters, id, _found)
