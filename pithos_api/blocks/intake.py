"""Receiving content: a stream of bytes becomes kept blocks (PUT, form, POST of blocks)."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from pithos_api.blocks.base import BlockStore
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.blocks.pipeline import SMALL_BODY, BlockPipeline
from web.errors import IncompleteBodyError, PithosError, UploadTooLargeError

ReadInto = Callable[[memoryview], int]
"""Fills the front of a buffer and returns how many bytes; 0 = end; raises if the body breaks."""

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


def store_content(
    readinto: ReadInto,
    store: BlockStore,
    rules: IntakeRules,
    expected_size: int | None = None,
    abandon: Abandon | None = None,
) -> StoredContent:
    """Receive a body, cut it into blocks, keep and settle them.

    expected_size: bytes by Content-Length; nothing past it is read. None: up to the end.
    On any error nothing of this call goes on. Blocks already put stay, unnamed, for a sweep, and
    ``abandon``, if given, is told of them. A last block that is cut short is not put.

    Raises:
        UploadTooLargeError: as soon as the body is longer than ``rules.max_size``.
        IncompleteBodyError: it ended before ``expected_size``.
        BlockStoreFullError, BlockStoreUnavailableError; whatever ``readinto`` raises.
    """
    begun = time.monotonic()
    body = _Body(readinto, rules.max_size, expected_size)
    buffer_size = rules.block_size
    if expected_size is not None and expected_size <= SMALL_BODY:
        buffer_size = min(buffer_size, max(1, expected_size))
    blocks = BlockPipeline(store, rules.inline_limit, buffer_size, with_sha512=rules.with_sha512)
    try:
        _receive(body, blocks)
    except BaseException:
        left = blocks.put_so_far()
        if left and abandon is not None:
            with suppress(PithosError):  # what broke the upload is the error to tell
                store.settle(left)
                abandon(left, begun)
        raise
    digests = tuple(blocks.digests) or (EMPTY_DIGEST,)
    sha512 = None if blocks.sha512 is None else blocks.sha512.digest()
    return StoredContent(
        body.size, blocks.md5.digest(), digests, blocks.inline, blocks.lengths, begun, sha512
    )


def _receive(body: "_Body", blocks: BlockPipeline) -> None:
    with blocks:
        ended = False
        while not ended:
            buffer = blocks.next_buffer()
            filled = body.fill(buffer)
            ended = filled < len(buffer) or body.is_complete
            if ended:
                body.check_complete()
            blocks.accept(buffer, filled, is_last=ended)
        blocks.finish()


class _Body:
    """Counts and bounds what is received."""

    def __init__(self, readinto: ReadInto, max_size: int, expected_size: int | None) -> None:
        if expected_size is not None and expected_size > max_size:
            raise UploadTooLargeError(max_size)
        self.size = 0
        self._readinto = readinto
        self._max_size = max_size
        self._expected_size = expected_size

    def fill(self, buffer: memoryview) -> int:
        """Read until the buffer is full or the body ends, however short the reads are."""
        if self._expected_size is not None:
            buffer = buffer[: self._expected_size - self.size]
        filled = 0
        while filled < len(buffer):
            count = self._readinto(buffer[filled:])
            if not count:
                break
            filled += count
            self.size += count
            if self.size > self._max_size:
                raise UploadTooLargeError(self._max_size)
        return filled

    @property
    def is_complete(self) -> bool:
        """Whether all is there that was announced."""
        return self.size == self._expected_size

    def check_complete(self) -> None:
        if self._expected_size is not None and self.size != self._expected_size:
            raise IncompleteBodyError(self._expected_size, self.size)
