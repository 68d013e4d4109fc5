"""304, 412 and 416 say which state they are about, so that a program can compare it."""

from collections.abc import Callable

import pytest

from tests.api.client import Client
from tests.swift.client import in_swift

TEN = b"0123456789"
FIELDS = ("ETag", "Last-Modified", "Accept-Ranges")
BEFORE = "Sun, 06 Nov 1994 08:49:37 GMT"
Read = Callable[[Client, str, dict[str, str]], tuple[int, list[str | None]]]


def by_link(client: Client, method: str, headers: dict[str, str]) -> tuple[int, list[str | None]]:
    answer = client.raw(method, client.head("c/o")["X-Object-Public"], None, headers)
    return answer.status, [answer.get(name) for name in FIELDS]


def by_path(client: Client, method: str, headers: dict[str, str]) -> tuple[int, list[str | None]]:
    answer = client.request(method, "c/o", None, headers)
    return answer.status, [answer.get(name) for name in FIELDS]


def in_swift_s_dialect(
    client: Client, method: str, headers: dict[str, str]
) -> tuple[int, list[str | None]]:
    return by_path(in_swift(client), method, headers)


@pytest.mark.requirement("R78", "R81")
@pytest.mark.parametrize("read", [by_path, in_swift_s_dialect, by_link])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"If-None-Match": "*"}, 304),
        ({"If-Match": "0" * 32}, 412),
        ({"If-Unmodified-Since": BEFORE}, 412),
        ({"Range": "bytes=99-"}, 416),
    ],
    ids=["if-none-match", "if-match", "if-unmodified-since", "range"],
)
def test_the_state_is_told(
    box: Client, read: Read, method: str, asked: dict[str, str], status: int
) -> None:
    box.put("c/o", TEN, {"X-Object-Public": "true"})
    whole = read(box, method, {})
    told = read(box, method, asked)
    expected = 200 if (method, status) == ("HEAD", 416) else status
    assert told == (expected, whole[1])
    assert None not in told[1]


@pytest.mark.parametrize("path", ["c", ""])
def test_of_what_has_no_etag_the_time_is_told(box: Client, path: str) -> None:
    answer = box.get(path, {"If-Unmodified-Since": BEFORE})
    assert answer.status == 412
    assert answer["Last-Modified"] == box.head(path)["Last-Modified"]


@pytest.mark.parametrize("asked", [{"If-Match": "0" * 32}, {"Range": "bytes=99-"}])
def test_a_large_object_s_is_the_one_that_it_shows(box: Client, asked: dict[str, str]) -> None:
    swift = in_swift(box)
    swift.put("c/part", TEN)
    swift.put("c/big", b'[{"path": "c/part"}]', None, **{"multipart-manifest": "put"})
    assert swift.get("c/big", asked)["ETag"] == swift.head("c/big")["ETag"]


def test_who_only_writes_is_not_told(box: Client, new_user: Callable[[], Client]) -> None:
    writer = new_user()
    box.put("c/o", TEN)
    in_swift(box).post("c", headers={"X-Container-Write": writer.account})
    there = Client(box.address, box.account, writer.token)
    answer = there.put("c/o", b"new", {"If-None-Match": "*"})
    assert (answer.status, answer.get("ETag")) == (412, None)
    assert there.get("c/o", {"If-Match": "0" * 32}).status == 403
    there.connection.close()
