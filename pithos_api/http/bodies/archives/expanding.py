"""What an archive is behind its compression, as it comes: a file that is only read forwards."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from pithos_api.http.bodies.archives.decompressing import (
    DECOMPRESSION_ERRORS,
    STREAMS,
    Compression,
    Decompressor,
)
from web.bodies.body import RequestBody
from web.bodies.pausing import BodyPauses
from web.errors import InvalidRequest, PithosError, TooLarge

_PIECE: Final = 64 * 1024
_EXPANDED: Final = 256 * 1024  # most bytes that one piece becomes at once

# Streams of bzip2 that a worker keeps while they do not go on: each may take 3.7 MiB.
_MOST_BZIP2: Final = 16

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


@cache
def _room_for_bzip2() -> BoundedSemaphore:
    return BoundedSemaphore(_MOST_BZIP2)


def _always(_: int) -> bool:
    return True


class ExpandedBody:
    """The bytes of an archive. It holds a piece of them, while the body pauses next to nothing.

    Whatever pauses goes on when it is called again. failure: what ended it, if anything has.
    """

    def __init__(
        self,
        body: RequestBody,
        compression: Compression,
        limits: ArchiveLimits,
        may_go_on: Callable[[int], bool] = _always,
    ) -> None:
        """Begin it, to be closed.

        may_go_on: is told how many bytes have come of it since it was asked last. If they are too
        many for now, it is as if the body paused.

        Raises: BodyPauses: it would be one too many that keeps much, so all has to come first.
        """
        keeps_much = compression is Compression.BZIP2 and body.pausing is not None
        self._has_room = keeps_much and _room_for_bzip2().acquire(blocking=False)
        if keeps_much and not self._has_room:
            body.gather(limits.size + 1)
        self.failure: PithosError | None = None
        self._held: int | None = None  # where what may be read again begins
        self._most = 0  # bytes that may be read from there
        self._body = body
        self._limits = limits
        self._may_go_on = may_go_on
        self._received = 0
        self._drained = 0
        self._holes = 0
        self._begun = 0  # where the piece begins
        self._piece = b""  # what has not been read, and what may be read again
        self._at = 0
        self._streams = STREAMS.get(compression)
        self._stream = self._streams.open() if self._streams else None
        self._rest = b""  # the beginning of a stream that follows another

    def close(self) -> None:
        """Give back its room, if it has any."""
        if self._has_room:
            self._has_room = False
            _room_for_bzip2().release()

    def tell(self) -> int:
        """Return how many bytes have been read or skipped."""
        return self._begun + self._at

    def seek(self, position: int) -> None:
        """Skip to a position, or to the end. Raises: BrokenArchiveError: it lies behind."""
        if position < self.tell():
            raise self.fail(BrokenArchiveError("an entry begins before the one before it ends"))
        while position > self._begun + len(self._piece):
            self._at = len(self._piece)
            if not self._load():
                break
        self._at = min(position - self._begun, len(self._piece))

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer at the end.

        Raises: BrokenArchiveError, LargeArchiveError; whatever reading the body raises.
        """
        if size < 0:
            raise self.fail(BrokenArchiveError("an entry has less than nothing"))
        if self._held is not None and self.tell() + size > self._held + self._most:
            raise self.fail(LargeArchiveError("has an entry with too much before its content"))
        while len(self._piece) - self._at < size and self._load():
            pass
        data = self._piece[self._at : self._at + size]
        self._at += len(data)
        return data

    def hold(self, most: int) -> None:
        """Keep what is read from here on, up to ``most`` bytes, so that it can be read again."""
        self._held, self._most = self.tell(), most

    def rewind(self, position: int | None = None) -> None:
        """Go back to a position from which all is kept, or to where that begins, if anywhere."""
        back = self._held if position is None else position
        if back is not None:
            self._at = back - self._begun

    def let_go(self) -> None:
        """Keep nothing more than what has not been read."""
        self._held = None

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer's front, return how many bytes; 0 is the end. Raises: as ``read``."""
        if self._at == len(self._piece) and not self._load():
            return 0
        part = self._piece[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def work(self, size: int) -> None:
        """Note that so many bytes of it are worked on. Raises: BodyPauses: it was enough."""
        if not self._may_go_on(size):
            raise BodyPauses

    def add_holes(self, size: int) -> None:
        """Count bytes that the archive stands for and has not. Raises: LargeArchiveError."""
        self._holes += size
        self._check()

    def drain(self, most: int) -> None:
        """Take what comes behind the archive, ``most`` bytes of it. Raises: as ``read``."""
        while self._drained < most and (piece := self._receive()):
            self._drained += len(piece)

    def fail(self, error: PithosError) -> PithosError:
        """Note that this has ended it, and return it."""
        self.failure = error
        return error

    def _load(self) -> bool:
        """Take the next piece in the place of what has been read; whether there is one.

        Raises: as ``read``.
        """
        if self.failure is not None:
            raise self.failure
        self.work(len(self._piece))
        done = (self.tell() if self._held is None else self._held) - self._begun
        self._piece = self._piece[done:]
        self._begun, self._at = self._begun + done, self._at - done
        piece = self._receive() if self._streams is None else self._expand()
        self._piece += piece
        self._check()
        return bool(piece)

    def _receive(self) -> bytes:
        if self._received == self._body.length:
            return b""
        raw = memoryview(bytearray(_PIECE))
        try:
            count = self._body.receive(raw)
        except PithosError as error:
            raise self.fail(error) from error
        self._received += count
        if not count and self._body.length is not None:
            raise self.fail(BrokenArchiveError("the body ends early"))
        return bytes(raw[:count])

    def _expand(self) -> bytes:
        """Return the next bytes behind the compression, none at their end."""
        while (stream := self._stream) is not None:
            if stream.eof:
                self._stream = self._next_stream()
                continue
            wants = stream.needs_input
            data = self._rest or self._receive() if wants else b""
            self._rest = b"" if wants else self._rest
            piece = self._decompress(stream, data)
            if piece:
                return piece
            if wants and not data and not stream.eof:
                raise self.fail(BrokenArchiveError("the compressed data ends early"))
            self._check()
        return b""

    def _next_stream(self) -> Decompressor | None:
        """Begin the stream behind one that has ended. Anything else there is no part of it."""
        if self._streams is None:
            return None
        magic = self._streams.magic
        while len(self._rest) < len(magic) and (more := self._receive()):
            self._rest += more
        return self._streams.open() if self._rest.startswith(magic) else None

    def _decompress(self, stream: Decompressor, data: bytes) -> bytes:
        try:
            piece = stream.decompress(data, _EXPANDED)
        except DECOMPRESSION_ERRORS as error:
            raise self.fail(BrokenArchiveError(str(error))) from error
        if stream.eof:
            self._rest = stream.unused_data
        return piece

    def _check(self) -> None:
        """Make sure that it has not become too much."""
        limits, expanded = self._limits, self._begun + len(self._piece) + self._holes
        if max(expanded, self._received) > limits.size:
            raise self.fail(LargeArchiveError(f"has more than {limits.size} bytes"))
        if expanded > max(_UNSUSPICIOUS, limits.ratio * self._received):
            reason = f"becomes more than {limits.ratio} times as much as has come"
            raise self.fail(LargeArchiveError(reason))
