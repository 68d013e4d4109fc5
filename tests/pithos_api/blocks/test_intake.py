import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5, sha256, sha512
from threading import Event, active_count, get_ident

import pytest

from pithos_api.blocks import buffers, pipeline
from pithos_api.blocks.hashing import EMPTY_DIGEST, block_digest
from pithos_api.blocks.intake import IntakeRules, store_content
from pithos_api.blocks.local.store import LocalBlockStore
from pithos_api.blocks.memory import MemoryBlockStore
from pithos_api.errors import BlockStoreFullError
from web.errors import BrokenBodyError, IncompleteBodyError, UploadTooLargeError

KIB = 1024
INLINE = 16 * KIB
BLOCK = 512 * KIB  # enough for the blocks to be handed to other threads
RULES = IntakeRules(BLOCK, INLINE, max_size=64 * BLOCK)
TINY = IntakeRules(block_size=16, inline_limit=0, max_size=10_000)
CONTENT = os.urandom(8 * BLOCK + 1)


class Source:
    """A body, ``step`` bytes a read at most; after them the end, or ``error``."""

    def __init__(self, content, step=BLOCK, error=None):
        self.rest = memoryview(content)
        self.step = step
        self.error = error

    def readinto(self, buffer):
        count = min(len(buffer), self.step, len(self.rest))
        if not count and self.error:
            raise self.error
        buffer[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


@pytest.fixture
def store():
    return MemoryBlockStore()


def blocks_of(content, rules):
    starts = range(0, len(content), rules.block_size)
    return [content[start : start + rules.block_size].rstrip(b"\0") for start in starts]


def check(content, stored, store, rules):
    """All that an upload promises, against the plainest way to say it."""
    blocks = {sha256(block).digest(): block for block in blocks_of(content, rules) if block}
    put = {d: block for d, block in blocks.items() if len(block) > rules.inline_limit}
    inline = {d: block for d, block in blocks.items() if d not in put}
    digests = [sha256(block).digest() for block in blocks_of(content, rules)]
    assert stored.size == len(content)
    assert stored.md5 == md5(content).digest()
    assert list(stored.digests) == (digests or [EMPTY_DIGEST])
    assert stored.inline == inline
    assert stored.lengths == {digest: len(block) for digest, block in blocks.items()}
    assert {b.digest: store.get(b.digest) for b in store.scan()} == put


AROUND_LIMITS = [0, 1, INLINE - 1, INLINE, INLINE + 1, 64 * KIB, 64 * KIB + 1, BLOCK - 1, BLOCK]
MANY_BLOCKS = [BLOCK + 1, 2 * BLOCK - 1, 3 * BLOCK, 4 * BLOCK + 300 * KIB, 8 * BLOCK + 1]


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("size", [*AROUND_LIMITS, *MANY_BLOCKS])
def test_bodies_of_all_sizes(store, size, announced):
    content = CONTENT[:size]
    stored = store_content(Source(content).readinto, store, RULES, size if announced else None)
    check(content, stored, store, RULES)
    assert store.settled == set(store.blocks)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 31, 32, 33, 1000])
@pytest.mark.parametrize("step", [1, 3, 16, 1000])
def test_tiny_blocks_and_short_reads(store, size, step):
    stored = store_content(Source(CONTENT[:size], step).readinto, store, TINY)
    check(CONTENT[:size], stored, store, TINY)


@pytest.mark.parametrize("step", [7, 65_537, BLOCK - 1])
def test_blocks_are_exact_however_short_the_reads(store, step):
    content = CONTENT[: 2 * BLOCK + 5]
    stored = store_content(Source(content, step).readinto, store, RULES)
    check(content, stored, store, RULES)


@pytest.mark.parametrize(
    "content",
    [
        bytes(5),
        bytes(BLOCK),
        bytes(3 * BLOCK + 7),
        b"x" + bytes(2 * BLOCK),
        CONTENT[:BLOCK] * 5,
        CONTENT[: INLINE + 1] + bytes(BLOCK),
        CONTENT[:BLOCK] + bytes(BLOCK) + CONTENT[:100] + bytes(BLOCK) + b"z",
    ],
)
def test_nuls_and_repeated_blocks(store, content):
    stored = store_content(Source(content).readinto, store, RULES, len(content))
    check(content, stored, store, RULES)
    assert EMPTY_DIGEST not in store.blocks


def test_a_buffer_used_before_does_not_shine_through(store):
    store_content(Source(CONTENT).readinto, MemoryBlockStore(), RULES)
    stored = store_content(Source(b"short").readinto, store, RULES)
    check(b"short", stored, store, RULES)


def test_blocks_reach_a_real_store(tmp_path):
    local = LocalBlockStore(tmp_path)
    check(CONTENT, store_content(Source(CONTENT).readinto, local, RULES), local, RULES)


@pytest.mark.parametrize("size", [0, 1, INLINE, BLOCK - 1, BLOCK, 3 * BLOCK + 7, 8 * BLOCK])
@pytest.mark.parametrize("step", [BLOCK, 100_003])
def test_sha512_is_made_beside_the_others_where_it_is_wanted(store, size, step):
    content = CONTENT[:size]
    rules = IntakeRules(BLOCK, INLINE, max_size=64 * BLOCK, with_sha512=True)
    kept = store_content(Source(content, step).readinto, store, rules)
    assert kept.sha512 == sha512(content).digest()
    assert kept.md5 == md5(content).digest()
    plain = store_content(Source(content, step).readinto, store, RULES)
    assert plain.sha512 is None
    assert plain.digests == kept.digests


def test_nothing_past_the_announced_size_is_read(store):
    source = Source(CONTENT)
    stored = store_content(source.readinto, store, RULES, expected_size=BLOCK + 10)
    check(CONTENT[: BLOCK + 10], stored, store, RULES)
    assert len(source.rest) == len(CONTENT) - BLOCK - 10


@pytest.mark.parametrize("size", [0, 9, BLOCK, 3 * BLOCK + 9])
def test_a_body_that_ends_early_is_refused(store, size):
    source = Source(CONTENT[:size])
    with pytest.raises(IncompleteBodyError, match=f"{size} bytes"):
        store_content(source.readinto, store, RULES, expected_size=size + 1)
    assert store.settled == set()


@pytest.mark.parametrize("size", [0, 9, 3 * BLOCK + 9])
def test_a_body_that_breaks_is_passed_on(store, size):
    source = Source(CONTENT[:size], error=BrokenBodyError())
    with pytest.raises(BrokenBodyError):
        store_content(source.readinto, store, RULES)
    assert store.settled == set()


def test_a_body_as_large_as_allowed_is_taken(store):
    rules = IntakeRules(BLOCK, INLINE, max_size=3 * BLOCK)
    stored = store_content(Source(CONTENT[: 3 * BLOCK]).readinto, store, rules)
    assert stored.size == 3 * BLOCK


def test_a_body_too_large_is_refused_as_soon_as_it_is(store):
    rules = IntakeRules(BLOCK, INLINE, max_size=3 * BLOCK)
    source = Source(CONTENT, step=KIB)
    with pytest.raises(UploadTooLargeError):
        store_content(source.readinto, store, rules)
    assert len(CONTENT) - len(source.rest) == 3 * BLOCK + KIB


def test_a_body_announced_too_large_is_not_read(store):
    source = Source(CONTENT)
    with pytest.raises(UploadTooLargeError):
        store_content(source.readinto, store, RULES, expected_size=RULES.max_size + 1)
    assert len(source.rest) == len(CONTENT)


class FullStore(MemoryBlockStore):
    """Has room for ``room`` blocks."""

    def __init__(self, room):
        super().__init__()
        self.room = room

    def put(self, digest, block):
        if len(self.blocks) == self.room:
            raise BlockStoreFullError
        super().put(digest, block)


@pytest.mark.parametrize("room", [0, 1, 2, 7])
@pytest.mark.parametrize("size", [8 * BLOCK, 8 * BLOCK + 1])
def test_a_store_that_fails_stops_the_upload(room, size):
    source, store = Source(CONTENT[:size]), FullStore(room)
    with pytest.raises(BlockStoreFullError):
        store_content(source.readinto, store, RULES, size)
    assert store.settled == set()
    taken = size - len(source.rest)
    assert taken <= (room + pipeline.MAX_BUFFERS) * BLOCK + BLOCK


class SlowStore(MemoryBlockStore):
    """Keeps blocks only when told to go on."""

    def __init__(self):
        super().__init__()
        self.go_on = Event()

    def put(self, digest, block):
        self.go_on.wait(10)
        super().put(digest, block)


def test_at_most_three_blocks_are_received_while_the_store_is_slow():
    source, store = Source(CONTENT), SlowStore()
    with ThreadPoolExecutor(1) as caller:
        upload = caller.submit(store_content, source.readinto, store, RULES)
        assert not upload.done()
        most = pipeline.MAX_BUFFERS * BLOCK
        while len(CONTENT) - len(source.rest) < most:
            assert not upload.done()
        with pytest.raises(TimeoutError):
            upload.result(timeout=0.1)
        assert len(CONTENT) - len(source.rest) == most
        store.go_on.set()
        check(CONTENT, upload.result(), store, RULES)


def test_an_error_waits_for_the_blocks_under_way():
    store = SlowStore()
    source = Source(CONTENT[: 2 * BLOCK], error=BrokenBodyError())
    with ThreadPoolExecutor(1) as caller:
        upload = caller.submit(store_content, source.readinto, store, RULES)
        with pytest.raises(TimeoutError):
            upload.result(timeout=0.1)
        store.go_on.set()
        assert isinstance(upload.exception(), BrokenBodyError)
    assert set(store.blocks) <= {
        block_digest(CONTENT[:BLOCK]),
        block_digest(CONTENT[BLOCK:][:BLOCK]),
    }


@pytest.mark.parametrize("error", [None, BrokenBodyError()])
def test_buffers_are_returned_and_used_again(store, error):
    pool = buffers.buffer_pool(BLOCK)
    store_content(Source(CONTENT).readinto, store, RULES)
    before = {id(buffer.obj) for buffer in pool._idle}
    for _ in range(5):
        try:
            store_content(Source(CONTENT, error=error).readinto, store, RULES)
        except BrokenBodyError:
            assert error
    assert {id(buffer.obj) for buffer in pool._idle} == before
    assert 1 <= len(before) <= buffers.MAX_IDLE


def test_a_pool_keeps_a_bounded_number_of_buffers():
    pool = buffers.BufferPool(10)
    borrowed = [pool.borrow() for _ in range(buffers.MAX_IDLE + 5)]
    assert len({id(buffer.obj) for buffer in borrowed}) == buffers.MAX_IDLE + 5
    for buffer in borrowed:
        pool.give_back(buffer)
    assert len(pool._idle) == buffers.MAX_IDLE
    assert pool.borrow() is borrowed[buffers.MAX_IDLE - 1]


@pytest.mark.parametrize(("idle_seconds", "kept"), [(60, 1), (0, 0)])
def test_idle_buffers_go_when_none_was_used_of_late(idle_seconds, kept):
    pool = buffers.BufferPool(10, idle_seconds)
    pool.give_back(pool.borrow())
    pool.trim()
    assert len(pool._idle) == kept


def test_where_many_buffers_are_in_use_an_upload_has_one(store):
    pool = buffers.buffer_pool(BLOCK)
    borrowed = [pool.borrow() for _ in range(buffers.MOST)]
    assert pool.borrow_another() is None
    stored = store_content(Source(CONTENT).readinto, store, RULES)
    assert stored.size == len(CONTENT)
    for buffer in borrowed:
        pool.give_back(buffer)


def test_uploads_that_wait_for_buffers_take_turns_with_those_that_have_one(monkeypatch):
    monkeypatch.setattr(buffers, "MOST", 2)
    pool, seen = buffers.buffer_pool(BLOCK), []

    class Watching(MemoryBlockStore):
        def put(self, digest, block):
            seen.append(pool._in_use)
            super().put(digest, block)

    def upload(_):
        store = Watching()
        check(CONTENT, store_content(Source(CONTENT).readinto, store, RULES), store, RULES)

    with ThreadPoolExecutor(6) as callers:
        list(callers.map(upload, range(6)))
    assert max(seen) <= 2
    assert pool._in_use == 0


def test_uploads_of_the_same_content_at_once(tmp_path):
    local = LocalBlockStore(tmp_path)

    def upload(_):
        return store_content(Source(CONTENT).readinto, local, RULES, len(CONTENT))

    with ThreadPoolExecutor(6) as callers:
        results = list(callers.map(upload, range(12)))
    assert len({result.digests for result in results}) == 1
    check(CONTENT, results[0], local, RULES)


class ThreadNotingStore(MemoryBlockStore):
    def __init__(self):
        super().__init__()
        self.threads = []

    def put(self, digest, block):
        super().put(digest, block)
        self.threads.append(get_ident())


@pytest.mark.parametrize("size", [100 * KIB, BLOCK - 1, BLOCK])
def test_the_only_block_is_put_by_the_caller(size):
    store = ThreadNotingStore()
    store_content(Source(CONTENT[:size]).readinto, store, RULES, size)
    assert store.threads == [get_ident()]


class RecordingStore(MemoryBlockStore):
    def __init__(self):
        super().__init__()
        self.calls = []

    def put(self, digest, block):
        super().put(digest, block)
        self.calls.append("put")

    def settle(self, digests):
        super().settle(digests)
        self.calls.append("settle")


@pytest.mark.parametrize(
    ("content", "calls"),
    [(CONTENT[: 5 * BLOCK], ["put"] * 5 + ["settle"]), (CONTENT[:INLINE], []), (bytes(BLOCK), [])],
)
def test_all_blocks_are_put_and_then_settled_at_once(content, calls):
    store = RecordingStore()
    store_content(Source(content).readinto, store, RULES)
    assert store.calls == calls


def test_a_forked_worker_makes_its_own_threads(store):
    store_content(Source(CONTENT).readinto, store, RULES)
    assert active_count() > 1
    child = os.fork()
    if not child:
        stored = store_content(Source(CONTENT).readinto, MemoryBlockStore(), RULES)
        os._exit(0 if stored.size == len(CONTENT) else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
