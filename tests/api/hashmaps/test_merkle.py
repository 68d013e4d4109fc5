"""X-Object-Hash over HTTP, against a second, plain reading of the contract (§1)."""

from hashlib import sha256
from random import Random

import pytest

from tests.api.client import Client
from tests.api.server import BLOCK_SIZE

EMPTY = sha256(b"").hexdigest()


def leaves(data: bytes, block_size: int = BLOCK_SIZE) -> list[bytes]:
    blocks = [data[at : at + block_size] for at in range(0, len(data), block_size)] or [b""]
    return [sha256(block.rstrip(b"\0")).digest() for block in blocks]


def merkle(level: list[bytes]) -> str:
    """One leaf is the hash itself; more are filled up with zeros to a power of two, and paired."""
    size = 1
    while size < len(level):
        size *= 2
    level = level + [bytes(32)] * (size - len(level))
    while len(level) > 1:
        level = [sha256(level[at] + level[at + 1]).digest() for at in range(0, len(level), 2)]
    return level[0].hex()


@pytest.mark.requirement("R65")
@pytest.mark.parametrize(
    ("data", "beginning"),
    [
        (b"", "e3b0c442"),
        (b"abc", "ba7816bf"),
        (b"abcde", "bafb9e4a16b0f3da98f78d6e1e0ff1a9e086515e1539943e12fb2ef872d7c7f5"),
        (b"abcdefghi", "5b7cde8aa4805b6716067f9bd3295a2ef7fe2c70930de918abd81df8ae81e483"),
        (b"ab\0\0", "fb8e20fc"),
        (b"abcd\0\0\0\0efgh", "92539936755b276f97aebb6ac764af76e173592c8be7736af2e6e3d19ab05196"),
    ],
)
def test_this_reading_gives_the_contract_s_vectors(data: bytes, beginning: str) -> None:
    assert merkle(leaves(data, 4)).startswith(beginning)


@pytest.mark.requirement("R65")
@pytest.mark.parametrize("blocks", [1, 2, 3, 4, 5, 8, 9])
@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_the_hash_is_the_merkle_hash_of_the_blocks(box: Client, blocks: int, beyond: int) -> None:
    data = Random(blocks).randbytes(blocks * BLOCK_SIZE + beyond)
    assert box.put("c/o", data).status == 201
    assert box.head("c/o")["X-Object-Hash"] == merkle(leaves(data))


@pytest.mark.requirement("R63")
def test_an_empty_object_has_the_hash_of_nothing(box: Client) -> None:
    for body in (b"", iter(())):
        assert box.put("c/o", body).status == 201
        answer = box.get("c/o")
        assert (answer["Content-Length"], answer.body) == ("0", b"")
        assert answer["X-Object-Hash"] == EMPTY
        assert answer["ETag"] == "d41d8cd98f00b204e9800998ecf8427e"


NUL_TAILS = {
    "a and NULs": b"a" + bytes(10),
    "a NUL": bytes(1),
    "NULs": bytes(1000),
    "a block of NULs": bytes(BLOCK_SIZE),
    "a block of NULs and one": bytes(BLOCK_SIZE + 1),
    "three blocks of NULs": bytes(3 * BLOCK_SIZE),
    "a NUL last": b"x" * (BLOCK_SIZE - 1) + b"\0",
    "a NUL in the second block": b"x" * BLOCK_SIZE + b"\0",
    "half a block of NULs": b"x" * 20_000 + bytes(30_000),
    "NULs in the middle": b"x" * BLOCK_SIZE + bytes(BLOCK_SIZE) + b"y" * BLOCK_SIZE,
    "NULs at both ends": bytes(BLOCK_SIZE) + b"y" * 20_000 + bytes(2 * BLOCK_SIZE),
}


@pytest.mark.requirement("R64")
@pytest.mark.parametrize("data", NUL_TAILS.values(), ids=NUL_TAILS)
def test_nuls_at_the_end_come_back_and_do_not_count_for_the_hash(box: Client, data: bytes) -> None:
    assert box.put("c/o", data).status == 201
    answer = box.get("c/o")
    assert answer["Content-Length"] == str(len(data))
    assert answer.body == data
    assert answer["X-Object-Hash"] == merkle(leaves(data))


@pytest.mark.requirement("R64")
@pytest.mark.parametrize("text", [b"a", b"a" * 20_000])
def test_objects_of_one_block_and_several_lengths_keep_their_lengths(
    box: Client, text: bytes
) -> None:
    contents = [text, text + bytes(1), text + bytes(BLOCK_SIZE - len(text))]
    for number, data in enumerate(contents):
        assert box.put(f"c/{number}", data).status == 201
    answers = [box.get(f"c/{number}") for number in range(3)]
    assert [answer.body for answer in answers] == contents
    assert {answer["X-Object-Hash"] for answer in answers} == {sha256(text).hexdigest()}
    assert len({answer["ETag"] for answer in answers}) == 3
