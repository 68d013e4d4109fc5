"""What archives are compressed by. No more is expanded at once than is asked for."""

import bz2
import zlib
from collections.abc import Callable
from enum import Enum
from typing import Final, NamedTuple, Protocol

_GZIP: Final = 31  # the largest window of zlib, and gzip's head and sum around the data

DECOMPRESSION_ERRORS: Final = (zlib.error, OSError, EOFError)
"""What ``Decompressor.decompress`` raises about data that is none of its kind."""


class Compression(Enum):
    """How an archive is compressed, by the word that asks for it."""

    NONE = "tar"
    GZIP = "tar.gz"
    BZIP2 = "tar.bz2"


class Decompressor(Protocol):
    """Expands one stream, as ``bz2.BZ2Decompressor`` does.

    needs_input: all that it was given is used up; unused_data: is behind the stream.
    """

    @property
    def needs_input(self) -> bool: ...
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class CompressedStreams(NamedTuple):
    """A kind of compressed streams, which may follow each other. magic: what each begins with."""

    open: Callable[[], Decompressor]
    magic: bytes


class _Gunzip:
    """zlib's engine, which asks for its own leftovers, spoken to like that of bz2."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(_GZIP)

    @property
    def needs_input(self) -> bool:
        return not self._engine.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._engine.decompress(self._engine.unconsumed_tail or data, max_length)


STREAMS: Final = {
    Compression.GZIP: CompressedStreams(_Gunzip, b"\x1f\x8b"),
    Compression.BZIP2: CompressedStreams(bz2.BZ2Decompressor, b"BZh"),
}
