"""Small parts of large objects, for reads that several requests ask in one statement."""

from typing import Final, NamedTuple

from django.conf import settings

from pithos_api.models.statements.objects.read_object import OwnObject
from pithos_api.services.objects.long_hashmaps import KnownDigests
from pithos_api.services.storage.contents import PEEK_LIMIT, peek_blocks
from pithos_api.values import MAX_BLOCKS, HeldBytes
from web.errors import RangeError
from web.fields.ranges import ByteRange, parse_ranges

_ENDLESS: Final = 1 << 200  # bytes of an object that has no end
_MOST_BLOCKS: Final = 2  # in which a part may lie: as many digests as the statement returns


class WantedPart(NamedTuple):
    """What will be sent of an object. range: of the request's header; None is all of it.

    first: the block in which the part begins, if that is known before the object's size is, and the
    part is small and in no more than that block and the next.
    """

    range: str | None = None
    first: int | None = None


_ALL: Final = WantedPart()


def wanted_part(value: str | None) -> WantedPart:
    """Return what a Range header asks for; None: there is none."""
    return _ALL if value is None else WantedPart(value, _first_block(value))


def held_part(part: WantedPart, row: OwnObject) -> HeldBytes | None:
    """Return the bytes that will be sent, if they are few and can be read without waiting."""
    wanted = _bytes_of(part.range, row.size)
    if wanted is None or (blocks := _few_blocks(wanted)) is None:
        return None
    digests = _digests(part, row, blocks)
    if not digests:
        return None
    before = blocks.start * settings.PITHOS_BLOCK_SIZE
    data = peek_blocks(digests, wanted.start - before, wanted.stop - before)
    return None if data is None else HeldBytes(wanted.start, data)


def _first_block(value: str) -> int | None:
    # What counts from the end of an endless object is in no block that there can be.
    wanted = _bytes_of(value, _ENDLESS)
    blocks = wanted and _few_blocks(wanted)
    return blocks.start if blocks and blocks.start < MAX_BLOCKS else None


def _bytes_of(value: str | None, size: int) -> ByteRange | None:
    """Return the one range that is sent of so many bytes, None where it is not one."""
    try:
        ranges = None if value is None else parse_ranges(value, size)
    except RangeError:
        return None
    if ranges is None:
        return ByteRange(0, size)
    return ranges[0] if len(ranges) == 1 else None


def _few_blocks(wanted: ByteRange) -> range | None:
    """Return the places of the blocks in which these bytes are; None: the bytes are not few."""
    size = settings.PITHOS_BLOCK_SIZE
    blocks = range(wanted.start // size, -(-wanted.stop // size))
    few = wanted.stop - wanted.start <= PEEK_LIMIT and len(blocks) <= _MOST_BLOCKS
    return blocks if few else None


def _digests(part: WantedPart, row: OwnObject, blocks: range) -> tuple[bytes, ...]:
    """Return the digests of these blocks, nothing if the row has not all of them."""
    if row.hashmap is None:
        return (bytes(row.merkle),) if row.size <= settings.PITHOS_BLOCK_SIZE else ()
    known = KnownDigests(part.first or 0, bytes(row.hashmap))
    return known.part(blocks.start, len(blocks))
