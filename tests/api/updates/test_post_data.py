"""POST of bytes into an object (contract §3.5)."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from tests.api.client import Answer, Client
from tests.api.hashmaps.test_merkle import leaves, merkle
from tests.api.server import BLOCK_SIZE

BINARY = {"Content-Type": "application/octet-stream"}
OLD = Random(1).randbytes(3 * BLOCK_SIZE + 100)
NEW = Random(2).randbytes(3 * BLOCK_SIZE)


def put(client: Client, path: str, data: bytes) -> None:
    headers = {"X-Object-Meta-Mood": "gay", "Content-Type": "text/x-own"}
    assert client.put(path, data, headers).status == 201


def patch(client: Client, content_range: str, body: Any, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("c/o", body, {**BINARY, "Content-Range": content_range, **sent}, update="")


def check(client: Client, answer: Answer, data: bytes) -> None:
    """The update went well, and the object is now ``data`` in every respect."""
    assert (answer.status, answer.body) == (204, b"")
    stored = client.get("c/o")
    assert stored.body == data
    assert stored["ETag"] == answer["ETag"] == hashlib.md5(data).hexdigest()
    assert stored["X-Object-Hash"] == merkle(leaves(data))
    assert stored["X-Object-Version"] == answer["X-Object-Version"]
    assert stored["Content-Type"] == "text/x-own"
    assert stored["X-Object-Meta-Mood"] == "gay"
    assert client.head("c")["X-Container-Bytes-Used"] == str(
        sum(each["bytes"] for each in client.get("c", format="json").json)
    )


@pytest.fixture
def stored(box: Client) -> Client:
    put(box, "c/o", OLD)
    return box


@pytest.fixture
def small(box: Client) -> Client:
    """``c/o`` is ``0123456789``."""
    put(box, "c/o", b"0123456789")
    return box


RANGES = [
    (0, 1),
    (0, 10),
    (10, 20),
    (BLOCK_SIZE - 1, BLOCK_SIZE),
    (BLOCK_SIZE - 1, BLOCK_SIZE + 1),
    (BLOCK_SIZE, 2 * BLOCK_SIZE),
    (BLOCK_SIZE, 2 * BLOCK_SIZE + 1),
    (5, 3 * BLOCK_SIZE + 5),
    (0, 3 * BLOCK_SIZE),
    (len(OLD) - 1, len(OLD)),
    (3 * BLOCK_SIZE, len(OLD)),
    (len(OLD) - 10, len(OLD) + 10),
    (len(OLD), len(OLD) + 10),
    (BLOCK_SIZE + 7, 4 * BLOCK_SIZE),
    (2 * BLOCK_SIZE, 5 * BLOCK_SIZE),
]


@pytest.mark.requirement("R109", "R116")
@pytest.mark.parametrize(("start", "stop"), RANGES)
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_a_range_is_overwritten(stored: Client, start: int, stop: int, chunked: bool) -> None:
    new = NEW[: stop - start]
    body = iter([new[:7], new[7:]]) if chunked and len(new) > 7 else new
    answer = patch(stored, f"bytes {start}-{stop - 1}/*", body)
    check(stored, answer, OLD[:start] + new + OLD[stop:])


@pytest.mark.requirement("R111")
@pytest.mark.parametrize("start", [0, 3, BLOCK_SIZE, BLOCK_SIZE + 1, len(OLD)])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_an_open_range_reaches_as_far_as_the_bytes(
    stored: Client, start: int, chunked: bool
) -> None:
    new = NEW[: BLOCK_SIZE + 5]
    answer = patch(stored, f"bytes {start}-/*", iter([new]) if chunked else new)
    check(stored, answer, OLD[:start] + new + OLD[start + len(new) :])


@pytest.mark.requirement("R109")
def test_only_changed_blocks_change(stored: Client) -> None:
    before = stored.get("c/o", hashmap="", format="json").json["hashes"]
    assert patch(stored, f"bytes {BLOCK_SIZE + 5}-{BLOCK_SIZE + 9}/*", b"12345").status == 204
    after = stored.get("c/o", hashmap="", format="json").json["hashes"]
    changed = [one != other for one, other in zip(before, after, strict=True)]
    assert changed == [False, True, False, False]


@pytest.mark.requirement("R110")
@pytest.mark.parametrize("size", [0, 1, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1])
@pytest.mark.parametrize("more", [1, BLOCK_SIZE, 2 * BLOCK_SIZE + 3])
def test_bytes_are_appended(box: Client, size: int, more: int) -> None:
    put(box, "c/o", OLD[:size])
    check(box, patch(box, "bytes */*", NEW[:more]), OLD[:size] + NEW[:more])


@pytest.mark.requirement("R110", "R111")
def test_chunks_are_appended(stored: Client) -> None:
    check(stored, patch(stored, "bytes */*", iter([NEW[:10], NEW[10:]])), OLD + NEW)


@pytest.mark.requirement("R110")
@pytest.mark.parametrize("content_range", ["bytes */*", "bytes 10-/*", "bytes 4-/*"])
def test_appending_nothing_makes_a_version(small: Client, content_range: str) -> None:
    before = small.head("c/o")["X-Object-Version"]
    answer = patch(small, content_range, b"")
    check(small, answer, b"0123456789")
    assert answer["X-Object-Version"] != before


@pytest.mark.requirement("R110")
@pytest.mark.parametrize("size", [1000, BLOCK_SIZE // 2 + 1])
def test_of_many_appends_at_once_every_one_survives(box: Client, size: int) -> None:
    put(box, "c/o", b"")
    pieces = [bytes([65 + number]) * size for number in range(8)]

    def append(piece: bytes) -> int:
        client = Client(box.address, box.account, box.token)
        answer = patch(client, "bytes */*", piece)
        client.connection.close()
        return answer.status

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(append, pieces)) == [204] * 8
    answer = box.get("c/o")
    found = [answer.body[at : at + size] for at in range(0, 8 * size, size)]
    assert (len(answer.body), sorted(found)) == (8 * size, pieces)
    assert answer["ETag"] == hashlib.md5(answer.body).hexdigest()
    assert answer["X-Object-Hash"] == merkle(leaves(answer.body))
    assert len(box.get("c/o", version="list", format="json").json["versions"]) == 9


@pytest.mark.requirement("R109")
def test_of_overwrites_of_other_bytes_at_once_every_one_survives(stored: Client) -> None:
    def overwrite(number: int) -> int:
        client = Client(stored.address, stored.account, stored.token)
        start = number * 20_000
        answer = patch(client, f"bytes {start}-{start + 9_999}/*", NEW[start : start + 10_000])
        client.connection.close()
        return answer.status

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(overwrite, range(8))) == [204] * 8
    expected = bytearray(OLD)
    for start in range(0, 160_000, 20_000):
        expected[start : start + 10_000] = NEW[start : start + 10_000]
    answer = stored.get("c/o")
    assert answer.body == bytes(expected)
    assert answer["X-Object-Hash"] == merkle(leaves(answer.body))
    assert answer["ETag"] == hashlib.md5(answer.body).hexdigest()


@pytest.mark.requirement("R116")
def test_what_is_said_of_the_object_changes_in_the_same_version(small: Client) -> None:
    headers = {**BINARY, "Content-Range": "bytes */*", "X-Object-Meta-Size": "1"}
    assert small.post("c/o", b"x", headers, update="").status == 204
    answer = small.head("c/o")
    assert answer.meta("X-Object-Meta-") == {
        "X-Object-Meta-Mood": "gay",
        "X-Object-Meta-Size": "1",
    }
    assert small.post("c/o", b"y", {**headers, "X-Object-Meta-Size": "2"}).status == 204
    answer = small.head("c/o")
    assert answer.meta("X-Object-Meta-") == {"X-Object-Meta-Size": "2"}
    assert len(small.get("c/o", version="list", format="json").json["versions"]) == 3
    assert small.get("c/o").body == b"0123456789xy"


@pytest.mark.requirement("R116")
def test_uuid_and_old_versions_stay(small: Client) -> None:
    before = small.head("c/o")
    assert patch(small, "bytes 0-0/*", b"x").status == 204
    assert small.head("c/o")["X-Object-UUID"] == before["X-Object-UUID"]
    assert small.get("c/o", version=before["X-Object-Version"]).body == b"0123456789"


@pytest.mark.requirement("R116")
@pytest.mark.parametrize("kind", ["application/octet-stream; a=b", "Application/Octet-Stream"])
def test_the_type_that_means_data_may_have_parameters(small: Client, kind: str) -> None:
    headers = {"Content-Type": kind, "Content-Range": "bytes */*"}
    assert small.post("c/o", b"x", headers, update="").status == 204
    assert small.get("c/o").body == b"0123456789x"


@pytest.mark.requirement("R113")
@pytest.mark.parametrize(
    ("content_range", "body", "expected"),
    [
        ("bytes 9-9/10", b"x", b"012345678x"),
        ("bytes 0-9/10", b"abcdefghij", b"abcdefghij"),
        ("bytes 8-/10", b"xy", b"01234567xy"),
        ("bytes 9-/10", b"x", b"012345678x"),
        ("bytes  3-4 / 10", b"xy", b"012xy56789"),
    ],
)
def test_the_length_it_should_have_may_be_told(
    small: Client, content_range: str, body: bytes, expected: bytes
) -> None:
    check(small, patch(small, content_range, body), expected)


@pytest.mark.requirement("R115")
@pytest.mark.parametrize(
    "size",
    [
        0,
        1,
        100,
        BLOCK_SIZE - 1,
        BLOCK_SIZE,
        BLOCK_SIZE + 1,
        2 * BLOCK_SIZE,
        3 * BLOCK_SIZE,
        len(OLD) - 1,
    ],
)
def test_it_is_cut_to_a_size(stored: Client, size: int) -> None:
    headers = {"X-Source-Object": "/c/o", "Content-Range": "bytes 0-0/*"}
    answer = stored.post("c/o", None, {**headers, "X-Object-Bytes": str(size)}, update="")
    check(stored, answer, OLD[:size])
    hashes = stored.get("c/o", hashmap="", format="json").json["hashes"]
    assert hashes == [each.hex() for each in leaves(OLD[:size])]


@pytest.mark.requirement("R115")
@pytest.mark.parametrize("size", [len(OLD), len(OLD) + 1, 10**17])
def test_it_is_never_extended(stored: Client, size: int) -> None:
    check(stored, patch(stored, "bytes 0-0/*", OLD[:1], X_Object_Bytes=str(size)), OLD)


@pytest.mark.requirement("R115")
@pytest.mark.parametrize(("size", "expected"), [(3, b"xyz"), (2, b"xy"), (12, b"xyz3456789")])
def test_it_is_cut_after_it_is_written(small: Client, size: int, expected: bytes) -> None:
    check(small, patch(small, "bytes 0-2/*", b"xyz", X_Object_Bytes=str(size)), expected)


@pytest.mark.requirement("R115")
def test_what_grows_may_be_cut_in_the_same_request(small: Client) -> None:
    check(small, patch(small, "bytes */*", b"abc", X_Object_Bytes="11"), b"0123456789a")
