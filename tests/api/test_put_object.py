import hashlib

import pytest

from tests.api.client import Client
from tests.api.conftest import BLOCK_SIZE


def test_what_was_put_is_what_is_read(box: Client) -> None:
    data = b"hello world"
    stored = box.put("c/o", data, {"Content-Type": "text/x-greeting", "X-Object-Meta-Mood": "gay"})
    assert stored.status == 201
    assert stored["ETag"] == hashlib.md5(data).hexdigest()
    answer = box.get("c/o")
    assert (answer.status, answer.body) == (200, data)
    assert answer["ETag"] == stored["ETag"]
    assert answer["X-Object-Version"] == stored["X-Object-Version"]
    assert answer["Content-Type"] == "text/x-greeting"
    assert answer["X-Object-Meta-Mood"] == "gay"


@pytest.mark.parametrize("size", [0, 1, 16384, 16385, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1])
def test_every_size_comes_back_whole(box: Client, size: int) -> None:
    data = bytes(index % 251 for index in range(size))
    assert box.put("c/o", data).status == 201
    answer = box.get("c/o")
    assert answer["Content-Length"] == str(size)
    assert answer.body == data
