"""Requests that meet."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.client import Answer
from tests.blobs.client import BlobClient


def at_once(blobs: BlobClient, acts: Sequence[Callable[..., Answer]]) -> list[int]:
    """The statuses of requests that begin together, each on a connection of its own."""

    def act(do: Callable[[BlobClient], Answer]) -> int:
        user = blobs.user
        with user.at((user.connection.host, user.connection.port)) as own:
            return do(BlobClient(own)).status

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(act, acts))


@pytest.mark.requirement("B2")
@pytest.mark.parametrize("size", [10, 100_000])
def test_of_many_writers_one_wins(blobs: BlobClient, size: int) -> None:
    contents = [bytes([n]) * size for n in range(6)]
    for turn in range(4):
        blob = f"b{turn}"
        acts = [lambda at, blob=blob, data=data: at.put(blob, data) for data in contents]
        assert at_once(blobs, acts) == [200] + [409] * 5
        assert blobs.get(blob).body in contents


@pytest.mark.requirement("B20")
def test_of_many_who_reserve_a_blob_one_gets_it(blobs: BlobClient) -> None:
    for turn in range(4):
        blobs.put(f"b{turn}", b"x")
        acts = [lambda at, turn=turn: at.set_flags(f"b{turn}", "PROCESSING")] * 6
        assert at_once(blobs, acts) == [200] + [409] * 5


def test_flags_and_deletions_come_one_after_the_other(blobs: BlobClient) -> None:
    for turn in range(4):
        blob = f"b{turn}"
        blobs.put(blob, b"x")
        ends = [lambda at, blob=blob: at.delete(blob)] * 2
        acts = ends + [lambda at, blob=blob: at.set_flags(blob, "FAILED")] * 3
        found = at_once(blobs, acts)
        assert set(found) <= {200, 404}
        assert blobs.get(blob).status == 404
        assert blob in blobs.ids("deleted=1")


@pytest.mark.requirement("B22")
def test_of_streams_that_share_a_blob_one_is_stored_whole(blobs: BlobClient) -> None:
    def upload(names: list[str], content: bytes) -> Callable[[BlobClient], Answer]:
        return lambda at: at.upload([(name, content) for name in names])

    for turn in range(3):
        names = [f"{turn}-{n}" for n in range(5)]
        acts = [upload(names[::step], b"%d" % n) for n, step in enumerate((1, -1, 1, -1))]
        assert at_once(blobs, acts) == [200, 409, 409, 409]
        assert len({blobs.get(name).body for name in names}) == 1
