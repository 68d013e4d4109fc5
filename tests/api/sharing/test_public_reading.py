"""Reading what is public, without a token (contract §2.6)."""

import hashlib

import pytest

from tests.api.client import Answer, Client
from tests.api.state import unchanged

DATA = b"0123456789"
MD5 = hashlib.md5(DATA).hexdigest()


def read(client: Client, url: str, method: str = "GET", **headers: str) -> Answer:
    """Read without a token."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.raw(method, url, None, sent)


@pytest.fixture
def stored(box: Client) -> Client:
    """``c/dir/o`` is public."""
    headers = {
        "Content-Type": "text/x-own",
        "Content-Encoding": "identity",
        "X-Object-Meta-Mood": "gay",
        "X-Object-Public": "true",
    }
    assert box.put("c/dir/o", DATA, headers).status == 201
    return box


@pytest.fixture
def url(stored: Client) -> str:
    return stored.head("c/dir/o")["X-Object-Public"]


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_anybody_reads_it_and_learns_little_else(stored: Client, url: str, method: str) -> None:
    answer = read(stored, url, method)
    assert (answer.status, answer.body) == (200, DATA if method == "GET" else b"")
    assert answer.meta("X-") == {"X-Content-Type-Options": "nosniff"}
    assert answer["ETag"] == MD5
    assert answer["Content-Length"] == "10"
    assert answer["Content-Type"] == "text/x-own"
    assert answer["Content-Encoding"] == "identity"
    assert answer["Last-Modified"] == stored.head("c/dir/o")["Last-Modified"]
    told = " ".join(f"{name}: {text}" for name, text in answer.headers.items())
    assert stored.account not in told


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("token", ["", "unknown"])
def test_no_token_is_looked_at(stored: Client, url: str, token: str) -> None:
    assert read(stored, url, X_Auth_Token=token).status == 200
    assert read(stored, f"{url}?X-Auth-Token={token}").status == 200


@pytest.mark.requirement("R130")
@pytest.mark.parametrize(
    "query",
    [
        "hashmap&format=json",
        "version=list&format=xml",
        "version=1",
        "update",
        "until=1",
        "disposition-type=x",
    ],
)
def test_parameters_change_nothing(stored: Client, url: str, query: str) -> None:
    plain, answer = read(stored, url), read(stored, f"{url}?{query}")
    assert (answer.status, answer.body) == (200, DATA)
    assert plain.fields == answer.fields


@pytest.mark.requirement("R130")
@pytest.mark.parametrize(
    ("wanted", "body", "content_range"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_ranges(stored: Client, url: str, wanted: str, body: bytes, content_range: str) -> None:
    answer = read(stored, url, Range=wanted)
    assert (answer.status, answer.body) == (206, body)
    assert answer["Content-Range"] == content_range
    assert set(answer.meta("X-")) == {"X-Content-Type-Options"}


@pytest.mark.requirement("R130")
def test_several_ranges_and_none(stored: Client, url: str) -> None:
    answer = read(stored, url, Range="bytes=0-1,5-6")
    assert answer.status == 206
    assert answer["Content-Type"].startswith("multipart/byteranges; boundary=")
    assert b"\r\n\r\n01\r\n" in answer.body
    assert b"\r\n\r\n56\r\n" in answer.body
    answer = read(stored, url, Range="bytes=10-")
    assert (answer.status, answer["Content-Range"]) == (416, "bytes */10")


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If_None_Match": MD5}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": "0" * 32}, 200),
        ({"If_Match": MD5}, 200),
        ({"If_Match": "0" * 32}, 412),
        ({"If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
        ({"If_Modified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 200),
        ({"If_Unmodified_Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 412),
    ],
)
def test_conditions(
    stored: Client, url: str, method: str, headers: dict[str, str], status: int
) -> None:
    answer = read(stored, url, method, **headers)
    assert answer.status == status
    if status == 304:
        assert (answer.body, answer["ETag"]) == (b"", MD5)


@pytest.mark.requirement("R130")
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "COPY", "MOVE", "OPTIONS"])
def test_it_is_only_read(stored: Client, url: str, method: str) -> None:
    with unchanged(stored):
        answer = stored.raw(method, url, b"", {"X-Auth-Token": stored.token})
    assert answer.status == 405
    assert set(answer["Allow"].split(",")) == {"GET", "HEAD"}
