import pytest

from pithos_api.blocks.memory import MemoryBlockStore
from tests.pithos_api.blocks.contract import BlockStoreContract


class TestMemoryBlockStore(BlockStoreContract):
    @pytest.fixture
    def store(self):
        return MemoryBlockStore()

    @pytest.fixture
    def damage(self, store):
        return store.blocks.__setitem__

    def test_it_tells_what_was_settled(self, store):
        store.settle([b"a", b"b"])
        assert store.settled == {b"a", b"b"}
