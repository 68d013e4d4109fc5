"""412 and 416 of writes tell the state that was judged, to who may read it."""

from collections.abc import Callable

import pytest

from tests.api.client import Answer, Client
from tests.swift.client import in_swift, visit
from tests.swift.signed.test_signed_urls import KEY, signed

TEN = b"0123456789"
NONE = "0" * 32
LONG_AGO = "Sun, 06 Nov 1994 08:49:37 GMT"
FIELDS = ("ETag", "Last-Modified", "Accept-Ranges")
BYTES = {"Content-Type": "application/octet-stream"}
JSON = {"format": "json"}

Dialect = Callable[[Client], Client]


def in_pithos(client: Client) -> Client:
    return client


dialects = pytest.mark.parametrize("dialect", [in_pithos, in_swift])


def told(answer: Answer) -> list[str | None]:
    return [answer.get(name) for name in FIELDS]


@pytest.fixture
def two(box: Client) -> Client:
    """``c/o`` and ``c/source`` are there, which differ."""
    box.put("c/o", TEN)
    box.put("c/source", b"source")
    return box


WRITES: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("PUT", {"If-None-Match": "*"}, {}),
    ("PUT", {"If-Match": NONE}, {}),
    ("PUT", {"If-Match": NONE}, {"hashmap": "", **JSON}),
    ("PUT", {"If-None-Match": "*", "X-Copy-From": "/c/source"}, {}),
    ("PUT", {"If-None-Match": "*", "X-Move-From": "/c/source"}, {}),
    ("COPY", {"If-Match": NONE, "Destination": "/c/source"}, {}),
    ("MOVE", {"If-Match": NONE, "Destination": "/c/source"}, {}),
    ("POST", {"If-Match": NONE, "X-Object-Meta-A": "b"}, {}),
    ("POST", {"If-Match": NONE, "Content-Range": "bytes */*", **BYTES}, {}),
    ("DELETE", {"If-Match": NONE}, {}),
    ("DELETE", {"If-Unmodified-Since": LONG_AGO}, {}),
    ("DELETE", {"X-If-Delete-At": "1"}, {}),
]


@dialects
@pytest.mark.requirement("R78", "R82")
@pytest.mark.parametrize(("method", "headers", "query"), WRITES)
def test_412_tells_what_was_judged(
    two: Client,
    dialect: Dialect,
    method: str,
    headers: dict[str, str],
    query: dict[str, str],
) -> None:
    client = dialect(two)
    body = b'{"bytes": 0, "hashes": []}' if query else b""
    answer = client.request(method, "c/o", body, headers, **query)
    assert answer.status == 412
    assert told(answer) == told(client.head("c/o"))
    assert None not in told(answer)


@dialects
@pytest.mark.requirement("R78")
@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "c/o", {"Content-Range": "bytes 99-99/*", **BYTES}),
        ("POST", "c/o", {"Content-Range": "bytes 99-/*", "X-Source-Object": "/c/source", **BYTES}),
        ("PUT", "c/new", {"Range": "bytes=99-", "X-Copy-From": "/c/o"}),
        ("PUT", "c/source", {"Range": "bytes=99-", "X-Copy-From": "/c/o"}),
        ("COPY", "c/o", {"Range": "bytes=99-", "Destination": "/c/source"}),
    ],
)
def test_416_tells_whose_bytes_were_meant(
    two: Client, dialect: Dialect, method: str, path: str, headers: dict[str, str]
) -> None:
    client = dialect(two)
    body = b"x" if method == "POST" and "X-Source-Object" not in headers else b""
    answer = client.request(method, path, body, headers)
    assert answer.status == 416
    assert told(answer) == told(client.head("c/o"))


@dialects
def test_of_a_version_that_is_copied_that_one_is_told(two: Client, dialect: Dialect) -> None:
    serial = two.head("c/o")["X-Object-Version"]
    two.put("c/o", b"newer")
    client = dialect(two)
    headers = {"X-Source-Version": serial, "If-Match": NONE, "Destination": "/c/copy"}
    answer = client.request("COPY", "c/o", None, headers)
    assert answer.status == 412
    assert answer["ETag"] == two.head("c/o", version=serial)["ETag"]


@dialects
def test_of_what_is_not_there_nothing_is_told(box: Client, dialect: Dialect) -> None:
    answer = dialect(box).put("c/o", TEN, {"If-Match": NONE})
    assert (answer.status, told(answer)) == (412, [None, None, None])


@dialects
@pytest.mark.parametrize("headers", [{"If-Match": NONE}, {"If-Unmodified-Since": LONG_AGO}])
def test_of_containers_the_date_is_told(
    box: Client, dialect: Dialect, headers: dict[str, str]
) -> None:
    client = dialect(box)
    answer = client.delete("c", headers)
    assert answer.status == 412
    assert told(answer) == [None, client.head("c")["Last-Modified"], None]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("PUT", {"If-None-Match": "*"}),
        ("POST", {"If-Match": NONE, "X-Object-Meta-A": "b"}),
        ("DELETE", {"If-Match": NONE}),
    ],
)
def test_who_only_writes_is_told_nothing(
    two: Client, new_user: Callable[[], Client], method: str, headers: dict[str, str]
) -> None:
    writer = new_user()
    in_swift(two).post("c", headers={"X-Container-Write": writer.account})
    there = visit(writer, two)
    answer = there.request(method, "c/o", b"", headers)
    assert (answer.status, told(answer)) == (412, [None, None, None])


@pytest.mark.parametrize(("method", "may_look"), [("PUT", True), ("DELETE", False)])
def test_a_signed_url_tells_what_it_lets_look_at(two: Client, method: str, may_look: bool) -> None:
    client = in_swift(two)
    client.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    url = client.url("c/o", **signed(client, method, "c/o"))
    answer = client.raw(method, url, b"", {"If-Match": NONE})
    assert answer.status == 412
    assert told(answer) == (told(client.head("c/o")) if may_look else [None] * 3)
