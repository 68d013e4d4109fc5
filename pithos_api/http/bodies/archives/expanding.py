"""What an archive is behind its compression, as it comes: a file that is only read forwards."""

from dataclasses import dataclass
from typing import Final

from pithos_api.http.bodies.archives.decompressing import (
    DECOMPRESSION_ERRORS,
    STREAMS,
    Compression,
    Decompressor,
)
from web.bodies.body import RequestBody
from web.errors import InvalidRequest, PithosError, TooLarge

_PIECE: Final = 64 * 1024
_EXPANDED: Final = 256 * 1024  # most bytes that one piece becomes at once

# What may come of anything: short archives of much the same are nothing to be afraid of.
_UNSUSPICIOUS: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may be.

    entries: of any kind. size: bytes, as it comes and expanded. ratio: how many times as much as
    has come it may become; 64 MiB may come of anything. depth: folders in each other.
    """

    entries: int
    size: int
    ratio: int
    depth: int


class BrokenArchiveError(InvalidRequest):
    """The body is no archive of its kind, or not a whole one."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid Tar File: {reason}")


class LargeArchiveError(TooLarge):
    """An archive is more than is unpacked. reason: what is too much."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the archive {reason}")


class ExpandedBody:
    """The bytes of an archive. It holds a piece of them, never more.

    failure: what ended it, if anything has. allowance: how many bytes may be read before this is
    set again; None is any number.
    """

    def __init__(self, body: RequestBody, compression: Compression, limits: ArchiveLimits) -> None:
        self.failure: PithosError | None = None
        self.allowance: int | None = None
        self._body = body
        self._limits = limits
        self._raw = memoryview(bytearray(_PIECE))
        self._received = 0
        self._holes = 0
        self._begun = 0  # where the piece begins
        self._piece = b""
        self._at = 0
        self._streams = STREAMS.get(compression)
        self._stream = self._streams.open() if self._streams else None
        self._rest = b""  # the beginning of a stream that follows another

    def tell(self) -> int:
        """Return how many bytes have been read or skipped."""
        return self._begun + self._at

    def seek(self, position: int) -> None:
        """Skip to a position, or to the end. Raises: BrokenArchiveError: it lies behind."""
        if position < self.tell():
            raise self.fail(BrokenArchiveError("an entry begins before the one before it ends"))
        while position > self._begun + len(self._piece):
            if not self._load():
                break
        self._at = min(position - self._begun, len(self._piece))

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer at the end.

        Raises: BrokenArchiveError, LargeArchiveError; whatever reading the body raises.
        """
        if size < 0:
            raise self.fail(BrokenArchiveError("an entry has less than nothing"))
        self._spend(size)
        data = self._piece[self._at : self._at + size]
        self._at += len(data)
        if len(data) == size:
            return data
        parts, left = [data], size - len(data)
        while left and self._load():
            part = self._piece[:left]
            self._at = len(part)
            left -= len(part)
            parts.append(part)
        return b"".join(parts)

    def unread(self, data: bytes) -> None:
        """Let what was read last be read again."""
        position = self.tell() - len(data)
        self._piece = data + self._piece[self._at :]
        self._begun, self._at = position, 0
        if self.allowance is not None:
            self.allowance += len(data)

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer's front, return how many bytes; 0 is the end. Raises: as ``read``."""
        if self._at == len(self._piece) and not self._load():
            return 0
        part = self._piece[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def add_holes(self, size: int) -> None:
        """Count bytes that the archive stands for and has not. Raises: LargeArchiveError."""
        self._holes += size
        self._check()

    def drain(self, most: int) -> None:
        """Take what comes behind the archive, ``most`` bytes of it. Raises: as ``read``."""
        left = most
        while left > 0 and (count := self._receive()):
            left -= count

    def fail(self, error: PithosError) -> PithosError:
        """Note that this has ended it, and return it."""
        self.failure = error
        return error

    def _spend(self, size: int) -> None:
        if self.allowance is None:
            return
        self.allowance -= size
        if self.allowance < 0:
            raise self.fail(LargeArchiveError("has an entry with too much before its content"))

    def _load(self) -> bool:
        """Take the next piece in the place of this one, which has been read; whether there is one.

        Raises: as ``read``.
        """
        if self.failure is not None:
            raise self.failure
        piece = self._receive_piece() if self._streams is None else self._expand()
        if not piece:
            return False
        self._begun += len(self._piece)
        self._piece, self._at = piece, 0
        self._check()
        return True

    def _receive_piece(self) -> bytes:
        return bytes(self._raw[: self._receive()])

    def _receive(self) -> int:
        if self._received == self._body.length:
            return 0
        try:
            count = self._body.readinto(self._raw)
        except PithosError as error:
            raise self.fail(error) from error
        self._received += count
        if not count and self._body.length is not None:
            raise self.fail(BrokenArchiveError("the body ends early"))
        return count

    def _expand(self) -> bytes:
        """Return the next bytes behind the compression, none at their end."""
        while (stream := self._stream) is not None:
            if stream.eof:
                self._stream = self._next_stream(stream.unused_data)
                continue
            wants = stream.needs_input
            data = self._rest or self._receive_piece() if wants else b""
            self._rest = b"" if wants else self._rest
            piece = self._expanded(stream, data)
            if piece:
                return piece
            if wants and not data and not stream.eof:
                raise self.fail(BrokenArchiveError("the compressed data ends early"))
            self._check()
        return b""

    def _next_stream(self, rest: bytes) -> Decompressor | None:
        """Begin the stream that follows one that has ended. Anything else there is no part of it.

        rest: what has come of it.
        """
        if self._streams is None:
            return None
        magic = self._streams.magic
        while len(rest) < len(magic) and (more := self._receive_piece()):
            rest += more
        if not rest.startswith(magic):
            return None
        self._rest = rest
        return self._streams.open()

    def _expanded(self, stream: Decompressor, data: bytes) -> bytes:
        try:
            return stream.decompress(data, _EXPANDED)
        except DECOMPRESSION_ERRORS as error:
            raise self.fail(BrokenArchiveError(str(error))) from error

    def _check(self) -> None:
        """Make sure that it has not become too much."""
        limits, expanded = self._limits, self._begun + len(self._piece) + self._holes
        if max(expanded, self._received) > limits.size:
            raise self.fail(LargeArchiveError(f"has more than {limits.size} bytes"))
        if expanded > max(_UNSUSPICIOUS, limits.ratio * self._received):
            reason = f"becomes more than {limits.ratio} times as much as has come"
            raise self.fail(LargeArchiveError(reason))
