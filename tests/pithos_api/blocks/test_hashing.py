from hashlib import sha256

import pytest

from pithos_api.blocks.hashing import (
    EMPTY_DIGEST,
    block_digest,
    merkle_hash,
    merkle_of_pieces,
    piece_hashes,
    trimmed_length,
)

MIB = 1024 * 1024


def digests_of(content, block_size):
    starts = range(0, max(1, len(content)), block_size)
    return [block_digest(content[start : start + block_size]) for start in starts]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (b"abcde", "bafb9e4a16b0f3da98f78d6e1e0ff1a9e086515e1539943e12fb2ef872d7c7f5"),
        (b"abcdefghi", "5b7cde8aa4805b6716067f9bd3295a2ef7fe2c70930de918abd81df8ae81e483"),
        (b"ab\0\0", "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"),
        (
            b"abcd\0\0\0\0efgh",
            "92539936755b276f97aebb6ac764af76e173592c8be7736af2e6e3d19ab05196",
        ),
    ],
)
def test_vectors_of_the_contract_with_blocks_of_four_bytes(content, expected):
    assert merkle_hash(digests_of(content, 4)).hex() == expected


def padded_merkle(digests):
    """The contract's words, step by step: pad first, then halve."""
    count = 1
    while count < len(digests):
        count *= 2
    level = digests + [bytes(32)] * (count - len(digests))
    while len(level) > 1:
        level = [sha256(level[i] + level[i + 1]).digest() for i in range(0, len(level), 2)]
    return level[0]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 16, 17, 31, 33, 100, 129, 1025])
def test_any_number_of_blocks_is_padded_to_a_power_of_two(count):
    digests = [sha256(b"%d" % n).digest() for n in range(count)]
    assert merkle_hash(tuple(digests)) == padded_merkle(digests)


@pytest.mark.parametrize("count", [1, 8191, 8192, 8193, 16_384, 3 * 8192 + 1])
def test_pieces_are_subtrees(count):
    digests = [sha256(b"%d" % n).digest() for n in range(count)]
    pieces = piece_hashes(digests)
    assert len(pieces) == -(-count // 8192)
    if len(pieces) > 1:
        assert merkle_of_pieces(pieces) == merkle_hash(digests)


def test_hashing_leaves_the_digests_alone():
    digests = [sha256(b"%d" % n).digest() for n in range(3)]
    before = list(digests)
    merkle_hash(digests)
    assert digests == before


@pytest.mark.parametrize("content", [0, 1, 5, 16_383, 16_384, 16_385, 99_999, 4 * MIB - 1])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_trailing_nuls_do_not_count(content, kind):
    inner = (b"\0x" * (content // 2 + 1))[-content:] if content else b""
    block = kind(inner + bytes(4 * MIB - content))
    assert trimmed_length(block) == content
    assert block_digest(block) == sha256(inner).digest()


def test_a_block_without_trailing_nuls_is_whole():
    assert trimmed_length(b"\0\0a") == 3
    assert trimmed_length(b"") == 0


def test_a_block_of_nuls_is_the_empty_block():
    assert block_digest(bytes(70_000)) == EMPTY_DIGEST == sha256(b"").digest()
