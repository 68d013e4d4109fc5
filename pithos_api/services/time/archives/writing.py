"""An archive's bytes: each entry with its headers, in pieces that are worth to be sent."""

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Final

from pithos_api.blocks.base import Piece
from pithos_api.services.time.archives.zip_format import ZipEntry

_PIECE: Final = 64 * 1024
_HELD: Final = 256 * 1024  # bytes of an entry that may wait in memory for a client


def entry_pieces(
    entry: ZipEntry, read: Callable[[], Iterable[Piece]]
) -> Generator[bytes, None, int]:
    """Yield an entry with its headers; return its CRC-32.

    What fits into a block is read before its header is made, which then says the CRC-32: programs
    that unpack while they receive need that. If it is not small, it is read once more to be sent,
    since it would take memory for as long as the client does not read.

    read: reads the entry from its beginning, each time that it is called.
    """
    crc = 0
    if entry.follows:
        yield entry.local_header(0)
        for piece in map(bytes, read()):
            crc = zlib.crc32(piece, crc)
            yield piece
        yield entry.descriptor(crc)
        return crc
    held: list[bytes] = []
    for piece in map(bytes, read()):
        crc = zlib.crc32(piece, crc)
        if entry.size <= _HELD:
            held.append(piece)
    yield entry.local_header(crc)
    yield from held if entry.size <= _HELD else map(bytes, read())
    return crc


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces of at least 64 KiB, but for the last."""
    small = bytearray()
    for piece in pieces:
        if not small and len(piece) >= _PIECE:
            yield piece
            continue
        small += piece
        if len(small) >= _PIECE:
            yield bytes(small)
            small.clear()
    if small:
        yield bytes(small)
