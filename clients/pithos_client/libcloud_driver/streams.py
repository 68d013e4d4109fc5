"""Bytes of unknown number on their way to the store."""

from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import md5
from typing import Final

_PIECE: Final = 1 << 18


class Hashed:
    """The bytes of a file or of pieces, hashed as they go by. failure: what ended them early."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = source
        self.digest = md5(usedforsecurity=False)
        self.failure: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._pieces():
                self.digest.update(piece)
                yield piece
        except Exception as error:
            self.failure = error
            raise

    def _pieces(self) -> Iterator[bytes]:
        """Yield pieces; those of a file are not cut at its lines."""
        if hasattr(self._source, "read"):
            return iter(partial(self._source.read, _PIECE), b"")
        return (bytes(piece) for piece in self._source if piece)
