"""Receiving content: a stream of bytes becomes kept blocks (PUT, form, POST of blocks)."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from pithos_api.blocks.base import BlockStore
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.blocks.pipeline import SMALL_BODY, BlockPipeline
from web.bodies.pausing import Aside, BodyPauses, ReadInto
from web.errors import IncompleteBodyError, PithosError, UploadTooLargeError

Abandon = Callable[[Mapping[bytes, int], float], None]
"""Told of the blocks that a broken body has left in the store, durable: digest to stored bytes;
and of the monotonic time before the first was put."""


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """The size of blocks, and how much content is received; all in bytes.

    inline_limit: trimmed blocks up to this are handed to the caller instead of the store;
    max_size: of a whole body. with_sha512: whether its SHA-512 is wanted, too.
    """

    block_size: int
    inline_limit: int
    max_size: int
    with_sha512: bool = False


@dataclass(frozen=True, slots=True)
class StoredContent:
    """The content of one body, as it was stored.

    size: bytes; md5: 16 bytes; digests: n in order, n = ceil(size / block_size), of an empty
    body the empty digest alone; lengths: digest to trimmed bytes, of each distinct block that
    is not empty; inline: those of them that the caller must keep, with their bytes. All others
    are in the store, and settled; the first of them was put after ``begun`` (monotonic time).
    sha512: 64 bytes, where it was wanted.
    """

    size: int
    md5: bytes
    digests: tuple[bytes, ...]
    inline: Mapping[bytes, bytes]
    lengths: Mapping[bytes, int]
    begun: float = 0.0
    sha512: bytes | None = None

    @property
    def put(self) -> dict[bytes, int]:
        """Those of ``lengths`` that are in the store."""
        return {d: length for d, length in self.lengths.items() if d not in self.inline}


class IntakeWatch(Protocol):
    """Is told how a body comes along."""

    def received(self, size: int) -> None:
        """Take notice that so many bytes have come; told after each whole block."""

    def ended(self) -> None:
        """Take notice that the body has come, or will not."""


@dataclass(frozen=True, slots=True)
class IntakeSource:
    """Where content comes from.

    expected_size: bytes by Content-Length; nothing past it is read. None: up to the end. aside: if
    ``readinto`` may raise BodyPauses. watch: is told how it comes along.
    """

    readinto: ReadInto
    expected_size: int | None = None
    aside: Aside | None = None
    watch: IntakeWatch | None = None


def store_content(
    readinto: ReadInto,
    store: BlockStore,
    rules: IntakeRules,
    expected_size: int | None = None,
    abandon: Abandon | None = None,
) -> StoredContent:
    """Receive a body, cut it into blocks, keep and settle them: an ``Intake`` without pauses."""
    return Intake(IntakeSource(readinto, expected_size), store, rules, abandon).run()


class Intake:
    """A body on its way into the store. Once it has paused, it can be run again.

    On any error nothing of it goes on. Blocks already put stay, unnamed, for a sweep, and
    ``abandon``, if given, is told of them. A last block that is cut short is not put.
    """

    def __init__(
        self,
        source: IntakeSource,
        store: BlockStore,
        rules: IntakeRules,
        abandon: Abandon | None = None,
    ) -> None:
        """Begin it. Raises: UploadTooLargeError: it is announced to be longer than may be."""
        self._begun = time.monotonic()
        self._body = _Body(source, rules.max_size)
        size, buffer_size = source.expected_size, rules.block_size
        if size is not None and size <= SMALL_BODY:
            buffer_size = min(buffer_size, max(1, size))
        self._store = store
        self._abandon = abandon
        self._blocks = BlockPipeline(
            store, rules.inline_limit, buffer_size, with_sha512=rules.with_sha512
        )
        self._watch = source.watch
        self._paused = False

    def run(self) -> StoredContent:
        """Receive the body, or go on with it.

        Raises:
            UploadTooLargeError: as soon as the body is longer than ``rules.max_size``.
            IncompleteBodyError: it ended before ``expected_size``.
            BlockStoreFullError, BlockStoreUnavailableError; whatever ``readinto`` raises.
            BodyPauses: it does not go on, and no block is in memory.
        """
        self._paused = False
        try:
            self._receive()
        except BodyPauses:
            self._paused = True
            raise
        except BaseException:
            self._tell_end()
            self._count_left()
            raise
        self._tell_end()
        blocks = self._blocks
        digests = tuple(blocks.digests) or (EMPTY_DIGEST,)
        return StoredContent(
            self._body.size,
            blocks.md5.digest(),
            digests,
            blocks.inline,
            blocks.lengths,
            self._begun,
            None if blocks.sha512 is None else blocks.sha512.digest(),
        )

    def close(self) -> None:
        """Give it up if it has paused."""
        if self._paused:
            self._paused = False
            self._tell_end()
            self._count_left()

    def _tell_end(self) -> None:
        if self._watch is not None:
            self._watch.ended()

    def _receive(self) -> None:
        body, blocks = self._body, self._blocks
        with blocks:
            ended = False
            while not ended:
                buffer = blocks.next_buffer()
                try:
                    filled = body.fill(buffer)
                except BodyPauses:
                    blocks.complete()
                    raise
                ended = filled < len(buffer) or body.is_complete
                if ended:
                    body.check_complete()
                if self._watch is not None and not ended:
                    self._watch.received(body.size)
                blocks.accept(buffer, filled, is_last=ended)
            blocks.finish()

    def _count_left(self) -> None:
        left = self._blocks.put_so_far()
        if left and self._abandon is not None:
            with suppress(PithosError):  # what broke the upload is the error to tell
                self._store.settle(left)
                self._abandon(left, self._begun)


class _Body:
    """Counts and bounds what is received."""

    def __init__(self, source: IntakeSource, max_size: int) -> None:
        if source.expected_size is not None and source.expected_size > max_size:
            raise UploadTooLargeError(max_size)
        self.size = 0
        self._readinto = source.readinto
        self._aside = source.aside
        self._max_size = max_size
        self._expected_size = source.expected_size

    def fill(self, buffer: memoryview) -> int:
        """Read until the buffer is full or the body ends, however short the reads are.

        Raises: BodyPauses: what was read is kept aside.
        """
        filled = self._recall(buffer)
        if self._expected_size is not None:
            buffer = buffer[: filled + self._expected_size - self.size]
        try:
            while filled < len(buffer):
                count = self._readinto(buffer[filled:])
                if not count:
                    break
                filled += count
                self.size += count
                if self.size > self._max_size:
                    raise UploadTooLargeError(self._max_size)
        except BodyPauses:
            if self._aside is not None:
                self._aside.write(buffer[:filled])
            raise
        return filled

    def _recall(self, buffer: memoryview) -> int:
        """Take what was kept aside; it is counted already."""
        filled = 0
        while self._aside is not None and (count := self._aside.readinto(buffer[filled:])):
            filled += count
        return filled

    @property
    def is_complete(self) -> bool:
        """Whether all is there that was announced."""
        return self.size == self._expected_size

    def check_complete(self) -> None:
        if self._expected_size is not None and self.size != self._expected_size:
            raise IncompleteBodyError(self._expected_size, self.size)
