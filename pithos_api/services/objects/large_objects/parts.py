"""The parts of a large object that a viewer may read (contract §2.5).

Parts that the viewer may not see are as if they were not there.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, takewhile
from typing import Final

from django.conf import settings

from accounts.tokens.credentials import Credentials
from pithos_api.blocks.base import Piece
from pithos_api.errors import PartGoneError
from pithos_api.models.statements.objects.references.read_parts import (
    ContentRow,
    PartsRow,
    list_parts,
    read_contents,
)
from pithos_api.ordering import after
from pithos_api.services.objects.long_hashmaps import digests_of
from pithos_api.services.storage.contents import Content, send_content
from pithos_api.values import ObjectPath, ObjectState

# So many parts are looked up at once as they are read; of large ones fewer, for their digests.
_PARTS_AT_ONCE: Final = 100
_DIGESTS_AT_ONCE: Final = 50_000

_NOTHING: Final = PartsRow([], [], hashlib.md5(usedforsecurity=False).hexdigest())


@dataclass(frozen=True)
class Parts:
    """What a manifest reads as. There may be very many, and each may be very large.

    serials: of the versions, in order. wholes: bytes of each.
    spans: first byte and length of what belongs to the manifest of each; () is all of it.
    """

    serials: Sequence[int]
    wholes: Sequence[int]
    spans: Sequence[tuple[int, int]] = ()

    @cached_property
    def _ends(self) -> list[int]:
        """Where each ends in the manifest."""
        return list(accumulate((size for _, size in self.spans) if self.spans else self.wholes))

    @property
    def size(self) -> int:
        """Bytes of all."""
        return self._ends[-1] if self._ends else 0

    def read(self, start: int, stop: int) -> Iterator[Piece]:
        """Yield the bytes ``start`` to ``stop`` of all in a row.

        Raises: PartGoneError; as ``send_content``.
        """
        ends = self._ends
        at, last = bisect_right(ends, start), min(bisect_left(ends, stop) + 1, len(ends))
        while at < last:
            for content in self._contents(at, last):
                first, size = self.spans[at] if self.spans else (0, content.size)
                begins = ends[at] - size
                low, high = max(start - begins, 0), min(stop - begins, size)
                if low < high:
                    yield from send_content(content, first + low, first + high)
                at += 1

    def _contents(self, at: int, last: int) -> list[Content]:
        """Return what the parts from ``at`` on consist of: at least one, none from ``last`` on.

        Raises: PartGoneError.
        """
        wholes = self.wholes[at : min(last, at + _PARTS_AT_ONCE)]
        digests = accumulate(size // settings.PITHOS_BLOCK_SIZE for size in wholes)
        few = sum(1 for _ in takewhile(lambda count: count < _DIGESTS_AT_ONCE, digests))
        serials = self.serials[at : at + max(few, 1)]
        contents = contents_of(serials)
        if len(contents) != len(serials):
            raise PartGoneError
        return contents


def contents_of(serials: Sequence[int]) -> list[Content]:
    """Return what versions consist of, in this order, without those that are gone."""
    return [_content(row) for row in read_contents.all({"serials": list(serials)})]


def _content(row: ContentRow) -> Content:
    digests = digests_of(row.serial, row.size, bytes(row.merkle), row.hashmap)
    if row.data is None:
        return Content(row.size, digests)
    return Content(row.size, digests, {digests[0]: bytes(row.data)}, complete=True)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The user with whose rights parts are read. user: row id, 0 is anybody.

    credentials: they limit these rights further; None does not.
    """

    user: int
    credentials: Credentials | None

    @property
    def referrer(self) -> str:
        """From where the viewer comes, as of ``Credentials``."""
        return "" if self.credentials is None else self.credentials.referrer

    def reaches(self, path: ObjectPath) -> bool:
        """Return whether a limited token or signature has the path."""
        found = self.credentials
        return found is None or found.reach(path.account, path.container, path.name)

    def narrowed(self, account: str, container: str, prefix: str) -> str | None:
        """Return the prefix of the names below ``prefix`` that are in reach; None: none is."""
        found = self.credentials
        if found is None or found.reach(account, container, prefix):
            return prefix
        inside = found.prefix.startswith(prefix)
        return found.prefix if inside and found.reach(account, container, found.prefix) else None


def viewer_of(state: ObjectState, credentials: Credentials | None) -> Viewer:
    """Return the user with whose rights the parts of a manifest are read.

    It is the caller, if they have rights of their own. A reader by a public link (``credentials``
    is None) or a signed URL has none; then it is the user who set the manifest.
    """
    if credentials is None or credentials.signed:
        return setter_of(state, credentials)
    return Viewer(state.access.actor, credentials)


def setter_of(state: ObjectState, credentials: Credentials | None) -> Viewer:
    """Return the user who set the manifest, within the limits of ``credentials``."""
    setter = state.version.details.manifest_by
    return Viewer(state.access.actor if setter is None else setter, credentials)


def list_below(
    viewer: Viewer, state: ObjectState, container: str, prefix: str
) -> tuple[Parts, bytes]:
    """Return the current objects below ``prefix`` that the viewer may read, in name order.

    They are of the same account as ``state``. One statement.

    Returns: also the MD5 of their ETags in a row, 16 bytes.
    """
    first = viewer.narrowed(state.path.account, container, prefix)
    row = (
        None
        if first is None
        else list_parts.one(
            {
                "viewer": viewer.user,
                "referrer": viewer.referrer,
                "owner": state.access.owner,
                "container": container,
                "first": first,
                "beyond": after(first),
            }
        )
    )
    row = row or _NOTHING
    return Parts(row.serials, row.sizes), bytes.fromhex(row.etag)
