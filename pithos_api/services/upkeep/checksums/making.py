"""Making the MD5 of content that was too large to be read while its client waited.

Versions whose ETag is their Merkle hash wait for it: no list of them is kept, so none can be
forgotten. All versions of the same content get it at once.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from typing import Final

from cachetools import LRUCache
from django.conf import settings
from django.db import connection

from observability.metrics import count_event
from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.resumable_md5 import MD5, PIECE, resumed
from pithos_api.errors import BlockDamagedError, BlockNotFoundError
from pithos_api.models.statements.hashmaps.hashmap_pieces import some_digests
from pithos_api.models.statements.objects import content_md5 as statements
from pithos_api.models.statements.objects.content_md5 import LateBytes, LateContent
from pithos_api.services.objects.long_hashmaps import split_digests
from pithos_api.services.storage.contents import Content, read_content

# What is read of one account's content before another account's turn comes, and what is read
# again at most after kill -9. With a rate it is what takes so many seconds, if that is less.
_TURN_BYTES: Final = 256 * 1024 * 1024
_TURN_SECONDS: Final = 2

# How long content is left alone whose blocks are missing or damaged: they may be sent again.
_PAUSE_SECONDS: Final = 600.0

# Versions that get their MD5 in one transaction. An index on all blocks makes large ones slow.
_BATCH: Final = 10

# How long a writer is waited for that holds the only version left.
_WRITER_SECONDS: Final = 0.2

# Contents that are half done.
_MOST_OPEN: Final = 1000


@dataclass(frozen=True, slots=True)
class Turn:
    """What was done for one content. md5: once it is made. read: bytes of this turn.

    sound: whether its blocks could be read.
    """

    merkle: bytes
    size: int
    read: int
    md5: bytes | None = None
    sound: bool = True


class ChecksumMaker:
    """Makes the MD5s that are waited for, one turn after the other.

    The caller holds ``Job.MAKE_MD5``. bytes_per_second: at which content is read; 0 is no limit.
    """

    def __init__(self, bytes_per_second: int = 0) -> None:
        self._pace = _Pace(bytes_per_second)
        self._blocks = _blocks_a_turn(bytes_per_second)
        self._last = 0
        self._open: LRUCache[tuple[bytes, int], MD5] = LRUCache(_MOST_OPEN)

    def turns(self) -> Iterator[Turn]:
        """Work until no content waits; yield each turn.

        A turn that is cut short, by kill -9 or by closing this iterator, is made again.

        Raises: BlockStoreUnavailableError, django.db.Error.
        """
        while late := statements.next_late.one({"last": self._last}):
            self._last = late.owner
            yield self._turn(late)
        statements.forget_progress.one({"limit": _MOST_OPEN})

    def _turn(self, late: LateContent) -> Turn:
        merkle, size = bytes(late.merkle), late.size
        if late.known is not None:
            _give(merkle, size, bytes(late.known))
            return Turn(merkle, size, 0, bytes(late.known))
        md5 = self._open.pop((merkle, size), None) or resumed(bytes(late.state))
        before = md5.count
        try:
            self._read(late, md5)
        except (BlockNotFoundError, BlockDamagedError):
            # What was read before stays, or a block that is missing at the end costs all again.
            _keep(late, late.done, bytes(late.state), pause=_PAUSE_SECONDS)
            return Turn(merkle, size, 0, sound=_digests(late, 0, 1) is None)
        read = md5.count - before
        if md5.count < size:
            self._set_aside(late, md5)
            return Turn(merkle, size, read)
        made = md5.digest()
        crash_point("md5-made")
        _give(merkle, size, made)
        count_event("md5s_made")
        return Turn(merkle, size, read, made)

    def _read(self, late: LateContent, md5: MD5) -> None:
        """Read the content's next blocks, up to a place where the state can be stored."""
        block_size = settings.PITHOS_BLOCK_SIZE
        first, total = md5.count // block_size, max(1, -(-late.size // block_size))
        digests = _digests(late, first, self._blocks)
        if digests is None:
            raise BlockNotFoundError(bytes(late.merkle))
        stop = min(first + self._blocks, total)
        size = min(stop * block_size, late.size) - first * block_size
        for piece in read_content(Content(size, digests), 0, size):
            self._pace.spend(len(piece))
            md5.update(piece)

    def _set_aside(self, late: LateContent, md5: MD5) -> None:
        state = md5.state()
        if not state:
            self._open[bytes(late.merkle), late.size] = md5
        _keep(late, md5.count, state)
        crash_point("md5-half-made")


def _blocks_a_turn(bytes_per_second: int) -> int:
    """Return how many blocks are read in a turn, so that there is a state behind them."""
    size = min(_TURN_BYTES, _TURN_SECONDS * bytes_per_second or _TURN_BYTES)
    step = PIECE // gcd(PIECE, settings.PITHOS_BLOCK_SIZE)
    return max(size // (settings.PITHOS_BLOCK_SIZE * step), 1) * step


def _digests(late: LateContent, first: int, count: int) -> tuple[bytes, ...] | None:
    """Return some of the version's digests; None: it was purged a moment ago."""
    row = some_digests.one({"serial": late.serial, "first": first, "count": count})
    return None if row is None else split_digests(bytes(row.digests or b""))


def _keep(late: LateContent, done: int, state: bytes, pause: float | None = None) -> None:
    """Note how far content has come. pause: seconds in which it is left alone."""
    kept = {"done": done, "state": state, "pause": pause}
    statements.keep_progress.one({"serial": late.serial, **kept})


def _give(merkle: bytes, size: int, md5: bytes) -> None:
    """Let all versions of the content have the MD5; those that a writer holds, when it is done."""
    wanted = {"merkle": merkle, "size": size, "md5": md5, "limit": _BATCH}
    while (row := statements.give_md5.one(wanted)) and row.rows == _BATCH:
        pass
    if row is None or not row.rows:
        time.sleep(_WRITER_SECONDS)


class _Pace:
    """Limits reading to so many bytes a second, and to half of the time.

    On a busy machine, where each piece takes longer, it so takes a smaller share of it.
    """

    def __init__(self, bytes_per_second: int) -> None:
        self._rate = bytes_per_second
        self._rested = time.monotonic()

    def spend(self, count: int) -> None:
        """Rest before ``count`` bytes more, at least as long as the last ones took."""
        if self._rate:
            took = time.monotonic() - self._rested
            time.sleep(max(took, count / self._rate - took))
            self._rested = time.monotonic()


def waiting() -> LateBytes:
    """Return how many versions have no MD5 yet, and their bytes; at most 100,000 are counted.

    Raises: django.db.Error.
    """
    with connection.cursor() as cursor:
        cursor.execute(statements.LATE_BYTES)
        return LateBytes._make(cursor.fetchone())
