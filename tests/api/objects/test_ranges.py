import re
from collections.abc import Callable

import pytest

from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE
from tests.swift.client import in_swift

TEN = b"0123456789"
OCTETS = "Content-Type: application/octet-stream\r\n"
Dialect = Callable[[Client], Client]
BINARY = "Content-Transfer-Encoding: binary\r\n"
# Three blocks and a bit: text, NULs alone, text that ends in NULs, three bytes.
BLOCKS = b"".join(
    (
        bytes(index % 251 for index in range(BLOCK_SIZE)),
        bytes(BLOCK_SIZE),
        b"abc" * 7000 + bytes(BLOCK_SIZE - 21000),
        b"end",
    )
)


@pytest.fixture
def ten(box: Client) -> Client:
    """``c/o`` has the digits 0 to 9."""
    assert box.put("c/o", TEN, {"Content-Type": "text/plain"}).status == 201
    return box


def ask(client: Client, ranges: str, **headers: str) -> Answer:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("c/o", {"Range": ranges, **fields})


@pytest.mark.parametrize(
    ("ranges", "first", "last"),
    [
        pytest.param("bytes=2-4", 2, 4, marks=pytest.mark.requirement("R75")),
        pytest.param("bytes=0-0", 0, 0, marks=pytest.mark.requirement("R75")),
        pytest.param("bytes=9-9", 9, 9, marks=pytest.mark.requirement("R75")),
        pytest.param("bytes=0-9", 0, 9, marks=pytest.mark.requirement("R75")),
        pytest.param("BYTES = 2 - 4", 2, 4, marks=pytest.mark.requirement("R75")),
        pytest.param("bytes=3-", 3, 9, marks=pytest.mark.requirement("R76")),
        pytest.param("bytes=0-", 0, 9, marks=pytest.mark.requirement("R76")),
        pytest.param("bytes=-1", 9, 9, marks=pytest.mark.requirement("R76")),
        pytest.param("bytes=-10", 0, 9, marks=pytest.mark.requirement("R76")),
        pytest.param("bytes=5-10", 5, 9, marks=pytest.mark.requirement("R78")),
        pytest.param(f"bytes=5-{2**63 - 1}", 5, 9, marks=pytest.mark.requirement("R78")),
        pytest.param(f"bytes=5-{2**64}", 5, 9, marks=pytest.mark.requirement("R78")),
        pytest.param("bytes=-11", 0, 9, marks=pytest.mark.requirement("R78")),
        pytest.param(f"bytes=-{2**64}", 0, 9, marks=pytest.mark.requirement("R78")),
        pytest.param("bytes=1-2,10-20", 1, 2, marks=pytest.mark.requirement("R78")),
    ],
)
def test_one_range_is_206_with_just_those_bytes(
    ten: Client, ranges: str, first: int, last: int
) -> None:
    answer = ask(ten, ranges)
    assert (answer.status, answer.body) == (206, TEN[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/10"
    assert answer["Content-Length"] == str(last - first + 1)
    assert answer["Content-Type"] == "text/plain"
    assert answer["ETag"] == ten.head("c/o")["ETag"]


@pytest.mark.requirement("R75")
@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (0, BLOCK_SIZE),
        (BLOCK_SIZE - 1, BLOCK_SIZE + 1),
        (BLOCK_SIZE, 2 * BLOCK_SIZE),
        (5, 2 * BLOCK_SIZE + 5),
        (2 * BLOCK_SIZE + 20_990, 2 * BLOCK_SIZE + 21_010),
        (3 * BLOCK_SIZE - 10, 3 * BLOCK_SIZE + 3),
        (3 * BLOCK_SIZE, 3 * BLOCK_SIZE + 1),
        (1, len(BLOCKS)),
    ],
)
def test_a_range_may_begin_and_end_in_any_block(box: Client, start: int, stop: int) -> None:
    assert box.put("c/o", BLOCKS).status == 201
    answer = ask(box, f"bytes={start}-{stop - 1}")
    assert (answer.status, answer.body) == (206, BLOCKS[start:stop])


@pytest.mark.requirement("R77")
def test_several_ranges_come_in_parts_in_the_order_asked_for(box: Client) -> None:
    assert box.put("c/o", BLOCKS).status == 201
    asked = [(BLOCK_SIZE - 2, BLOCK_SIZE + 1), (0, 0), (3 * BLOCK_SIZE - 3, len(BLOCKS) - 1)]
    answer = ask(box, "bytes=" + ",".join(f"{first}-{last}" for first, last in asked))
    found = re.fullmatch("multipart/byteranges; boundary=([0-9a-f]{32})", answer["Content-Type"])
    assert (answer.status, answer.get("Content-Range")) == (206, None)
    assert found is not None
    head = f"{OCTETS}Content-Range: bytes %d-%d/{len(BLOCKS)}\r\n{BINARY}\r\n"
    expected = b"".join(
        f"--{found[1]}\r\n{head % each}".encode() + BLOCKS[each[0] : each[1] + 1] + b"\r\n"
        for each in asked
    )
    assert answer.body.removesuffix(b"\r\n") == expected + f"--{found[1]}--".encode()
    assert answer["Content-Length"] == str(len(answer.body))


@pytest.mark.requirement("R77")
@pytest.mark.parametrize("dialect", [lambda client: client, in_swift], ids=["pithos", "swift"])
def test_each_part_is_of_the_object_s_type_and_encoding(box: Client, dialect: Dialect) -> None:
    box.put("c/o", TEN, {"Content-Type": "text/plain; charset=x", "Content-Encoding": "gzip"})
    answer = ask(dialect(box), "bytes=2-4,7-7")
    assert (answer.status, answer.get("Content-Encoding")) == (206, None)
    said = b"Content-Type: text/plain; charset=x\r\nContent-Encoding: gzip\r\nContent-Range: "
    assert answer.body.count(said) == 2
    assert answer["Content-Length"] == str(len(answer.body))


@pytest.mark.requirement("R77")
def test_parts_may_be_suffixes_and_are_clamped(ten: Client) -> None:
    answer = ask(ten, "bytes=-2 , 5-5, 8-99")
    assert answer.status == 206
    assert re.findall(rb"bytes (\S+)\r", answer.body) == [b"8-9/10", b"5-5/10", b"8-9/10"]


@pytest.mark.requirement("R78")
@pytest.mark.parametrize("ranges", ["bytes=10-", "bytes=10-10", "bytes=99-", "bytes=-0"])
def test_a_range_without_a_byte_of_the_object_is_416(ten: Client, ranges: str) -> None:
    answer = ask(ten, ranges)
    assert answer.status == 416
    assert answer["Content-Range"] == "bytes */10"
    assert TEN not in answer.body


@pytest.mark.requirement("R78")
@pytest.mark.parametrize("ranges", ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0"])
def test_no_range_of_an_empty_object_has_a_byte(box: Client, ranges: str) -> None:
    assert box.put("c/o").status == 201
    answer = ask(box, ranges)
    assert (answer.status, answer["Content-Range"]) == (416, "bytes */0")


@pytest.mark.requirement("R79")
@pytest.mark.parametrize(
    "ranges",
    [
        "bytes=4-2", "bytes=a-b", "bytes=", "bytes=-", "bytes", "bytes 0-1", "items=0-1", "0-1",
        "bytes=1.0-2", "bytes=0-1;2-3", "bytes=--1", "bytes=0x1-2", "bytes=0-1,4-2",
        "bytes=0-1,x", "bytes=+1-2", "bytes=1-2-3", "bytes=99-98", "",
    ],
)  # fmt: skip
def test_a_malformed_range_is_ignored(ten: Client, ranges: str) -> None:
    answer = ask(ten, ranges)
    assert (answer.status, answer.body) == (200, TEN)
    assert answer.get("Content-Range") is None


@pytest.mark.parametrize(
    "ranges",
    [
        "bytes=" + ",".join(["0-0"] * 101),
        "bytes=0-9,0-0",
        "bytes=0-,-9",
    ],
)
def test_ranges_that_only_amplify_are_ignored(ten: Client, ranges: str) -> None:
    answer = ask(ten, ranges)
    assert (answer.status, answer.body) == (200, TEN)


def test_a_hundred_ranges_are_not_too_many(box: Client) -> None:
    assert box.put("c/o", BLOCKS).status == 201
    answer = ask(box, "bytes=" + ",".join(f"{at}-{at}" for at in range(100)))
    assert (answer.status, answer.body.count(b"Content-Range:")) == (206, 100)


@pytest.mark.requirement("R80")
@pytest.mark.parametrize("form", ["{}", '"{}"', ""])
def test_if_range_with_the_etag_keeps_the_range(ten: Client, form: str) -> None:
    assert ask(ten, "bytes=2-4", If_Range=form.format(ten.head("c/o")["ETag"])).status == 206


@pytest.mark.requirement("R80")
def test_if_range_with_the_date_keeps_the_range(ten: Client) -> None:
    assert ask(ten, "bytes=2-4", If_Range=ten.head("c/o")["Last-Modified"]).status == 206


@pytest.mark.requirement("R80")
@pytest.mark.parametrize(
    "value",
    ["0" * 32, '"0"', "*", "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"],
)
def test_if_range_with_another_state_gives_the_whole_object(ten: Client, value: str) -> None:
    answer = ask(ten, "bytes=2-4", If_Range=value)
    assert (answer.status, answer.body) == (200, TEN)
