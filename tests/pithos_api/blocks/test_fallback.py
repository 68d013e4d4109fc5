import pytest

from pithos_api.blocks.fallback import FallbackBlockStore
from pithos_api.blocks.memory import MemoryBlockStore
from pithos_api.errors import BlockDamagedError
from tests.pithos_api.blocks.contract import LONG, BlockStoreContract, digest_of, digests, put


@pytest.fixture
def new():
    return MemoryBlockStore()


@pytest.fixture
def old():
    return MemoryBlockStore()


@pytest.fixture
def store(new, old):
    return FallbackBlockStore(new, old)


class TestFallbackBlockStore(BlockStoreContract):
    @pytest.fixture
    def damage(self, new):
        return new.blocks.__setitem__


class OldBlocksFirst(FallbackBlockStore):
    """As after a switch: each block was put when the second store was the only one."""

    def put(self, digest, block):
        self._fallback.put(digest, block)
        if self._store.exists([digest]):
            self._store.put(digest, block)


class TestFallbackBlockStoreWithOldBlocks(BlockStoreContract):
    @pytest.fixture
    def store(self, new, old):
        return OldBlocksFirst(new, old)

    @pytest.fixture
    def damage(self, old):
        return old.blocks.__setitem__


def test_new_blocks_go_to_the_store_alone(store, new, old):
    digest = put(store, LONG)
    assert (digests(new), digests(old)) == ([digest], [])
    assert new.settled == {digest}


def test_a_block_in_both_stores_is_scanned_once_as_the_younger(store, new, old, monkeypatch):
    digest = put(old, LONG)
    old._put_at[digest] = 1.0
    put(store, LONG)
    [found] = store.scan()
    assert found.put_at > 1.0


def test_what_is_recalled_is_brought_into_the_store(store, new, old):
    digest = put(old, LONG)
    store.retire(digest)
    store.recall([digest])
    store.discard(digest)
    assert (digests(new), list(old.retired())) == ([digest], [])
    assert digest in new.settled


def test_an_upload_s_block_survives_the_retirement_of_the_old_one(store, old):
    digest = put(old, LONG)
    store.retire(digest)
    put(store, LONG)
    store.discard(digest)
    assert store.get(digest) == LONG


def test_damage_of_one_copy_leaves_the_other(store, new, old):
    digest = put(old, LONG)
    put(store, LONG)
    new.blocks[digest] = b"damage"
    with pytest.raises(BlockDamagedError):
        store.get(digest)
    assert store.quarantine(digest) is False
    assert store.get(digest) == LONG


def test_leftovers_of_both_are_counted(new, tmp_path):
    from pithos_api.blocks.local.store import LocalBlockStore

    stores = [LocalBlockStore(tmp_path / name) for name in ("new", "old")]
    for name in ("new", "old"):
        (tmp_path / name / "incoming" / "part").write_bytes(b"half")
    found = FallbackBlockStore(*stores).sweep(0)
    assert (found.files, found.bytes) == (2, 8)


def test_a_block_in_neither_is_missing(store):
    assert store.exists([digest_of(b"absent")]) == set()
