"""What an archive remembers of objects whose container keeps no history.

Their rows go as soon as they are overwritten or deleted. Their blocks stay for the grace of garbage
collection, so whoever remembers the digests reads the objects as they were.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from pithos_api.models.statements.time import archive as statements
from pithos_api.models.statements.time.archive import MemberRow
from pithos_api.services.objects.long_hashmaps import split_digests
from pithos_api.services.storage.contents import Content
from pithos_api.values import MANY_BLOCKS

_ROOM: Final = 8 * 2**20  # bytes: some 12,000 objects of a block, or 800 GiB of large ones
_FOR_EACH: Final = 512  # bytes that an object takes beside its name and digests, about


@dataclass(slots=True)
class HeldMembers:
    """States of an archive, in memory: the first ones, as far as there is room.

    Large objects that others are read for are none of them, nor are those of very many blocks.
    """

    _rows: dict[int, tuple[MemberRow, bytes]] = field(default_factory=dict)
    _room: int = _ROOM

    def hold(self, rows: Iterable[MemberRow]) -> None:
        """Remember what they consist of, if it can still be asked."""
        wanted = {row.serial: row for row in rows if self._takes(row)}
        if not wanted:
            return
        for row in statements.read_digests.all({"serials": list(wanted)}):
            self._rows[row.serial] = wanted[row.serial], bytes(row.digests)

    def rows_of(self, serials: Sequence[int], there: Sequence[MemberRow]) -> list[MemberRow]:
        """Return the rows that are still there and those that are remembered, in this order."""
        known = {row.serial: row for row in there}
        held = {serial: self._rows[serial][0] for serial in serials if serial in self._rows}
        both = {**held, **known}
        return [both[serial] for serial in serials if serial in both]

    def content_of(self, serial: int) -> Content | None:
        """Return what one consists of; None: it is not remembered."""
        if serial not in self._rows:
            return None
        row, digests = self._rows[serial]
        return Content(row.size, split_digests(digests))

    def _takes(self, row: MemberRow) -> bool:
        """Return whether there is room for one, and take it."""
        blocks = max(1, -(-row.size // settings.PITHOS_BLOCK_SIZE))
        cost = _FOR_EACH + 4 * len(row.name) + 32 * blocks
        if row.is_manifest or row.gone or blocks > MANY_BLOCKS or cost > self._room:
            return False
        self._room -= cost
        return True
