import pytest

from pithos_api.blocks.local import LocalBlockStore
from pithos_api.blocks.memory import MemoryBlockStore
from pithos_api.services.operations.block_migration import copy_blocks
from tests.pithos_api.blocks.contract import digests, put


@pytest.fixture
def source(tmp_path):
    return LocalBlockStore(tmp_path / "old", "always")


@pytest.fixture
def target():
    return MemoryBlockStore()


def outcomes(source, target):
    return {each.digest: each.outcome for each in copy_blocks(source, target)}


def fill(store, count):
    return {put(store, b"block %d" % n) for n in range(count)}


def test_every_block_is_copied_and_settled(source, target):
    there = fill(source, 150)
    assert outcomes(source, target) == dict.fromkeys(there, "copied")
    assert digests(target) == sorted(there)
    assert target.settled == there
    assert digests(source) == sorted(there)


def test_what_is_there_already_is_passed_over(source, target):
    there = fill(source, 20)
    for digest in sorted(there)[3:9]:
        put(target, source.get(digest))
    put(target, b"of the target alone")
    found = outcomes(source, target)
    assert [found[each] for each in sorted(there)] == ["copied"] * 3 + ["present"] * 6 + [
        "copied"
    ] * 11
    assert set(outcomes(source, target).values()) == {"present"}


def test_a_copy_of_another_length_is_made_again(source, target):
    digest = put(source, b"whole block")
    target.blocks[digest] = b"whole"
    assert outcomes(source, target) == {digest: "copied"}
    assert target.get(digest) == b"whole block"


def test_blocks_on_their_way_out_are_copied(source, target):
    digest = put(source, b"retired")
    source.retire(digest)
    assert outcomes(source, target) == {digest: "copied"}
    assert outcomes(source, target) == {digest: "present"}


def test_a_damaged_block_is_told_and_not_copied(source, target, tmp_path):
    there = fill(source, 5)
    bad = min(there)
    (tmp_path / "old" / bad.hex()[:3] / bad.hex()).write_bytes(b"blocc 0")
    assert outcomes(source, target) == dict.fromkeys(there, "copied") | {bad: "damaged"}
    assert digests(target) == sorted(there - {bad})


def test_an_interrupted_copy_goes_on(source, target):
    there = fill(source, 200)
    next(copy_blocks(source, target))
    begun = len(digests(target))
    assert 0 < begun < 200
    found = list(outcomes(source, target).values())
    assert (found.count("present"), found.count("copied")) == (begun, 200 - begun)
    assert digests(target) == sorted(there)
