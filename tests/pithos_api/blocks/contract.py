"""What every block store must do. A store's own test file subclasses ``BlockStoreContract``."""

import time
from hashlib import sha256
from threading import Thread

import pytest

from pithos_api.blocks.base import PIECE_SIZE, BlockStore, Leftovers
from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.errors import BlockDamagedError, BlockNotFoundError

LONG = bytes(range(1, 252)) * 4200  # a little over four pieces, no piece like another


def digest_of(block):
    return sha256(block).digest()


def put(store, block):
    """Keep ``block`` the way an upload does; returns its digest."""
    digest = digest_of(block)
    store.put(digest, block)
    store.settle([digest])
    return digest


def digests(store):
    """What is in the store and not on its way out, in the order in which it says so."""
    return [block.digest for block in store.scan()]


def read(store, digest, start, stop):
    return b"".join(store.read(digest, start, stop))


class BlockStoreContract:
    """Subclasses give the fixtures ``store`` and ``damage`` (digest, new stored bytes)."""

    def test_a_block_comes_back_as_it_was_put(self, store: BlockStore):
        digest = put(store, LONG)
        assert store.get(digest) == LONG
        assert read(store, digest, 0, len(LONG)) == LONG

    def test_a_view_of_a_reused_buffer_may_be_put(self, store):
        buffer = bytearray(b"first content")
        store.put(digest_of(b"first"), memoryview(buffer)[:5])
        buffer[:] = b"?" * len(buffer)
        assert store.get(digest_of(b"first")) == b"first"

    @pytest.mark.parametrize(
        ("start", "stop"),
        [(0, 1), (7, 7), (5, 300_000), (PIECE_SIZE - 1, PIECE_SIZE + 1), (1_000_000, len(LONG))],
    )
    def test_a_range_is_exactly_the_bytes_asked_for(self, store, start, stop):
        digest = put(store, LONG)
        assert read(store, digest, start, stop) == LONG[start:stop]

    @pytest.mark.parametrize(("start", "stop"), [(0, 10), (3, 10), (4, 5), (6, 900_000), (9, 9)])
    def test_a_read_past_the_stored_bytes_is_padded_with_nuls(self, store, start, stop):
        digest = put(store, b"abcd")
        assert read(store, digest, start, stop) == b"abcd".ljust(stop, b"\0")[start:stop]

    @pytest.mark.parametrize("cut", [(0, 3), (0, None), (1, None), (PIECE_SIZE + 5, None), (7, -9)])
    def test_what_is_sent_is_what_was_put(self, store, cut):
        digest = put(store, LONG)
        part = range(len(LONG) + 100)[slice(*cut)]
        sent = b"".join(map(bytes, store.send(digest, part.start, part.stop)))
        assert sent == LONG.ljust(part.stop, b"\0")[part.start : part.stop]

    @pytest.mark.parametrize("cut", [(0, 3), (7, 70_000), (9, len(LONG) + 100)])
    def test_a_peek_finds_the_very_bytes_or_nothing(self, store, damage, cut):
        digest = put(store, LONG)
        very = LONG.ljust(cut[1], b"\0")[slice(*cut)]
        assert store.peek(digest, *cut) in (None, very)
        assert store.get(digest) == LONG
        assert store.peek(digest, *cut) in (None, very)
        damage(digest, LONG[:-1] + b"!")
        assert store.peek(digest, *cut) is None
        assert store.peek(digest_of(b"absent"), *cut) is None

    def test_pieces_are_bounded(self, store):
        digest = put(store, LONG)
        pieces = list(store.read(digest, 0, 4 * len(LONG)))
        assert max(map(len, pieces)) <= PIECE_SIZE
        assert len(pieces) >= 4 * len(LONG) // PIECE_SIZE

    def test_the_empty_block_is_always_there_and_all_nuls(self, store):
        assert store.get(EMPTY_DIGEST) == b""
        assert read(store, EMPTY_DIGEST, 2, 300_000) == bytes(299_998)
        assert store.exists([EMPTY_DIGEST]) == {EMPTY_DIGEST}

    def test_a_missing_block_is_noticed_before_any_byte(self, store, caplog):
        absent = digest_of(b"absent")
        for access in (
            lambda: store.get(absent),
            lambda: store.read(absent, 0, 1),
            lambda: store.send(absent, 0, 1),
        ):
            with pytest.raises(BlockNotFoundError) as caught:
                access()
            assert caught.value.digest == absent
        alarms = [r for r in caplog.records if r.levelname == "ERROR"]
        assert [absent.hex() in r.getMessage() for r in alarms] == [True, True, True]

    @pytest.mark.parametrize(
        "stored", [LONG[:-1], b"", LONG[:700] + b"!" + LONG[701:], LONG + b"\0", bytes(len(LONG))]
    )
    def test_a_damaged_block_is_noticed_before_any_byte(self, store, damage, caplog, stored):
        digest = put(store, LONG)
        damage(digest, stored)
        for access in (
            lambda: store.get(digest),
            lambda: store.read(digest, 0, 1),
            lambda: store.send(digest, 0, 1),
        ):
            with pytest.raises(BlockDamagedError) as caught:
                access()
            assert caught.value.digest == digest
        alarms = [r for r in caplog.records if r.levelname == "ERROR"]
        assert [digest.hex() in r.getMessage() for r in alarms] == [True, True, True]

    def test_putting_a_damaged_block_again_heals_it(self, store, damage):
        digest = put(store, LONG)
        damage(digest, LONG[:100])
        put(store, LONG)
        assert store.get(digest) == LONG

    def test_a_check_reads_everything_and_tells_the_stored_length(self, store, damage):
        digest = put(store, LONG)
        assert store.get(digest) == LONG  # and remembers that it was sound
        assert store.check(digest) == len(LONG)
        damage(digest, LONG[:-1] + b"!")
        with pytest.raises(BlockDamagedError):
            store.check(digest)
        with pytest.raises(BlockNotFoundError):
            store.check(digest_of(b"absent"))
        assert store.check(EMPTY_DIGEST) == 0

    def test_a_damaged_block_in_quarantine_is_not_read_until_it_is_put_again(self, store, damage):
        digest = put(store, LONG)
        damage(digest, LONG[:-1] + b"!")
        assert store.quarantine(digest) is True
        for access in (lambda: store.get(digest), lambda: store.read(digest, 0, 1)):
            with pytest.raises((BlockNotFoundError, BlockDamagedError)):
                access()
        put(store, LONG)
        assert store.get(digest) == LONG

    def test_only_damaged_blocks_go_into_quarantine(self, store):
        digest = put(store, LONG)
        assert store.quarantine(digest) is False
        assert store.get(digest) == LONG
        assert store.quarantine(digest_of(b"absent")) is True

    def test_a_block_may_be_damaged_twice(self, store, damage):
        for _ in range(2):
            digest = put(store, LONG)
            damage(digest, LONG[:9])
            assert store.quarantine(digest) is True

    def test_putting_a_block_again_changes_nothing(self, store):
        assert put(store, b"once") == put(store, b"once")
        assert store.get(digest_of(b"once")) == b"once"
        assert digests(store) == [digest_of(b"once")]

    def test_exists_says_which_blocks_are_there(self, store):
        here, absent = put(store, b"here"), digest_of(b"absent")
        assert store.exists([here, absent]) == {here}
        assert store.exists([]) == set()

    def test_a_deleted_block_is_gone(self, store):
        gone, kept = put(store, b"gone"), put(store, b"kept")
        store.delete(gone)
        assert digests(store) == [kept]
        with pytest.raises(BlockNotFoundError):
            store.get(gone)
        store.delete(gone)

    def test_a_reader_is_not_disturbed_by_delete_and_put(self, store):
        digest = put(store, LONG)
        reading = store.read(digest, 0, len(LONG))
        begun = next(reading)
        store.delete(digest)
        rest = b"".join(reading)
        put(store, LONG)
        assert begun + rest == LONG

    def test_a_scan_finds_all_blocks_in_order_with_sizes_and_times(self, store):
        began = time.time() - 2  # clocks of stores may be coarse
        sizes = {put(store, b"block" * n): 5 * n for n in range(1, 51)}
        found = list(store.scan())
        assert [(block.digest, block.size) for block in found] == sorted(sizes.items())
        assert all(began <= block.put_at <= time.time() + 2 for block in found)

    def test_a_scan_can_begin_anywhere(self, store):
        there = sorted(put(store, b"block %d" % n) for n in range(50))
        for after in (there[0], there[20], there[-1]):
            found = [block.digest for block in store.scan(after)]
            assert found == [digest for digest in there if digest > after]
        assert [block.digest for block in store.scan(there[9][:31])] == there[9:]

    def test_a_retired_block_is_out_of_the_scan_only(self, store):
        digest = put(store, LONG)
        store.retire(digest)
        assert digests(store) == []
        assert [(block.digest, block.size) for block in store.retired()] == [(digest, len(LONG))]
        assert store.exists([digest]) == {digest}
        assert store.get(digest) == read(store, digest, 0, len(LONG)) == LONG

    def test_a_recalled_block_is_there_as_before(self, store):
        digest, other = put(store, LONG), put(store, b"never away")
        store.retire(digest)
        store.recall([digest, other])
        assert sorted(digests(store)) == sorted([digest, other])
        assert list(store.retired()) == []
        store.discard(digest)
        assert store.get(digest) == LONG

    def test_a_discarded_block_is_gone_and_nobody_recalls_it(self, store):
        digest = put(store, LONG)
        store.retire(digest)
        store.discard(digest)
        assert list(store.retired()) == digests(store) == []
        assert store.exists([digest]) == set()
        with pytest.raises(BlockNotFoundError):
            store.recall([digest])

    def test_a_block_put_again_meanwhile_outlives_its_retirement(self, store):
        digest = put(store, LONG)
        store.retire(digest)
        put(store, LONG)
        store.recall([digest])
        store.discard(digest)
        assert digests(store) == [digest]
        assert store.get(digest) == LONG

    def test_what_is_not_there_can_be_retired_and_discarded(self, store):
        store.retire(digest_of(b"absent"))
        store.discard(digest_of(b"absent"))
        assert list(store.retired()) == []

    def test_a_discard_of_what_is_not_retired_keeps_it(self, store):
        digest = put(store, b"kept")
        store.discard(digest)
        assert store.get(digest) == b"kept"

    def test_a_retired_block_can_be_deleted(self, store):
        digest = put(store, b"gone")
        store.retire(digest)
        store.delete(digest)
        assert store.exists([digest]) == set()

    def test_there_are_no_leftovers_of_writes_that_ended(self, store):
        digest = put(store, LONG)
        store.retire(put(store, b"retired"))
        assert store.sweep(0) == Leftovers()
        assert store.get(digest) == LONG
        assert store.get(digest_of(b"retired")) == b"retired"

    def test_a_block_that_comes_and_goes_is_always_readable(self, store):
        digest, errors = put(store, LONG), []

        def reads():
            try:
                for _ in range(200):
                    assert read(store, digest, 0, 9) == LONG[:9]
                    assert store.exists([digest])
            except BaseException as error:
                errors.append(error)

        reader = Thread(target=reads)
        reader.start()
        while reader.is_alive():
            store.retire(digest)
            time.sleep(0.001)
            store.recall([digest])
        assert errors == []

    def test_many_threads_may_put_the_same_block(self, store):
        errors = []

        def upload():
            try:
                for _ in range(20):
                    assert store.get(put(store, LONG)) == LONG
            except BaseException as error:
                errors.append(error)

        threads = [Thread(target=upload) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert digests(store) == [digest_of(LONG)]
