"""Clients of Pithos quote the values of all headers that they send (contract §3.2)."""

from collections.abc import Mapping
from email.utils import formatdate
from urllib.parse import quote

import pytest

from tests.api.client import Answer, Client
from tests.api.state import unchanged
from tests.swift.client import in_swift

DATA = b"0123456789"
MD5 = "781e5e245d69b566979b86e28d23f2c7"
OCTETS = "application/octet-stream"


def encoded(headers: Mapping[str, str]) -> dict[str, str]:
    """Each value with all that can be percent-encoded."""
    return {name: quote(value, safe="") for name, value in headers.items()}


@pytest.fixture
def full(box: Client) -> Client:
    box.put("c/o", DATA, {"X-Object-Meta-A": "b"})
    box.put("c/p", b"x")
    return box


def told(answer: Answer) -> tuple[int, bytes, str | None, str | None]:
    """The status, the body, and what a range or a write is answered with."""
    body = b"" if "boundary" in (answer.get("Content-Type") or "") else answer.body
    return answer.status, body, answer.get("Content-Range"), answer.get("ETag")


SOON, LONG_AGO = formatdate(4_000_000_000, usegmt=True), formatdate(0, usegmt=True)
READS = [
    ({"Range": "bytes=0-0"}, 206),
    ({"Range": "bytes=0-0, 2-3"}, 206),
    ({"Range": "bytes=50-"}, 416),
    ({"Range": "bytes=0-0", "If-Range": MD5}, 206),
    ({"Range": "bytes=0-0", "If-Range": f'"{MD5}"'}, 206),
    ({"Range": "bytes=0-0", "If-Range": LONG_AGO}, 200),
    ({"If-Match": f'"{MD5}", x'}, 200),
    ({"If-Match": "x, y"}, 412),
    ({"If-None-Match": "*"}, 304),
    ({"If-None-Match": f'"{MD5}"'}, 304),
    ({"If-Modified-Since": SOON}, 304),
    ({"If-Modified-Since": LONG_AGO}, 200),
    ({"If-Unmodified-Since": LONG_AGO}, 412),
]


@pytest.mark.requirement("R70", "R75", "R80", "R81")
@pytest.mark.parametrize(("headers", "status"), READS, ids=str)
def test_encoded_headers_of_reads_are_decoded(
    full: Client, headers: dict[str, str], status: int
) -> None:
    full.post("c/o", headers={"X-Object-Public": "true"}, update="")
    public = full.head("c/o")["X-Object-Public"]
    plain = full.get("c/o", headers)
    assert plain.status == status
    assert told(full.get("c/o", encoded(headers))) == told(plain)
    assert full.head("c/o", encoded(headers)).status == full.head("c/o", headers).status
    assert told(full.raw("GET", public, None, encoded(headers))) == told(plain)


@pytest.mark.requirement("R70", "R15")
@pytest.mark.parametrize("path", ["", "c"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_encoded_dates_of_containers_and_accounts_are_decoded(
    full: Client, method: str, path: str
) -> None:
    for name, date, status in (("Modified", SOON, 304), ("Unmodified", LONG_AGO, 412)):
        headers = encoded({f"If-{name}-Since": date})
        assert full.request(method, path, None, headers).status == status


WRITES = [
    ("PUT", "c/o", {"If-None-Match": "*"}, 412),
    ("PUT", "c/o", {"If-Match": f'"{MD5}"', "Content-Type": "text/plain; a=b"}, 201),
    ("PUT", "c/o", {"ETag": f'"{MD5}"'}, 201),
    ("PUT", "c/o", {"ETag": f'"{MD5[::-1]}"'}, 422),
    ("PUT", "c/n", {"X-Copy-From": "/c/p", "X-Source-Account": "{account}"}, 201),
    ("PUT", "c/n", {"X-Move-From": "/c/p"}, 201),
    ("COPY", "c/o", {"Destination": "/c/n", "Destination-Account": "{account}"}, 201),
    ("MOVE", "c/o", {"Destination": "c/n"}, 201),
    ("POST", "c/o", {"Content-Type": OCTETS, "Content-Range": "bytes */*"}, 204),
    ("POST", "c/o", {"Content-Type": OCTETS, "Content-Range": "bytes 0-9/*"}, 204),
    ("POST", "c/o", {"X-Source-Object": "/c/p", "Content-Range": "bytes 0-0/*"}, 204),
    ("POST", "c", {"Content-Type": OCTETS}, 202),
    ("DELETE", "c/o", {"If-Unmodified-Since": LONG_AGO}, 412),
    ("DELETE", "c/o", {"If-Match": "*"}, 204),
]


@pytest.mark.requirement("R70", "R82")
@pytest.mark.parametrize(("method", "path", "headers", "status"), WRITES, ids=str)
def test_encoded_headers_of_writes_are_decoded(
    full: Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    sent = {name: value.format(account=full.account) for name, value in headers.items()}
    is_copy = any(name.endswith("-From") for name in headers)
    answer = full.request(method, path, b"" if is_copy else DATA, encoded(sent))
    assert answer.status == status
    if method == "PUT" and "Content-Type" in headers:
        assert full.head(path)["Content-Type"] == headers["Content-Type"]


@pytest.mark.requirement("R70")
@pytest.mark.parametrize(
    ("method", "name"),
    [
        *(("GET", name) for name in ("Range", "If-Range", "If-Match", "If-Modified-Since")),
        *(("PUT", name) for name in ("If-None-Match", "ETag", "X-Copy-From", "Content-Encoding")),
        *(("PUT", name) for name in ("Content-Disposition", "If-Match")),
        *(("COPY", name) for name in ("Destination", "Destination-Account")),
        ("DELETE", "If-Unmodified-Since"), ("POST", "X-Source-Object"), ("POST", "Content-Range"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["%FF", "a%C3%28", "%ED%A0%80", "caf\xe9"])
def test_a_value_that_decodes_to_no_text_is_400(
    full: Client, method: str, name: str, value: str
) -> None:
    with unchanged(full):
        answer = full.request(method, "c/o", b"", {"Content-Type": OCTETS, name: value})
        assert (answer.status, name in answer.body.decode()) == (400, True)


@pytest.mark.requirement("R70", "R74")
@pytest.mark.parametrize("name", ["Content-Disposition", "Content-Encoding"])
@pytest.mark.parametrize("value", ["inline; filename*=UTF-8''%CE%B1%22.txt", "100%", "a%2Cb"])
def test_what_is_given_back_is_stored_as_it_came(full: Client, name: str, value: str) -> None:
    assert full.put("c/o", DATA, {name: value}).status == 201
    assert full.head("c/o")[name] == value


@pytest.mark.requirement("R70", "R143")
def test_an_encoded_accept_is_decoded(full: Client) -> None:
    answer = full.get("c", {"Accept": "application%2Fjson%2C%20text%2Fplain"})
    assert [entry["name"] for entry in answer.json] == ["o", "p"]


def test_swifts_dialect_takes_standard_headers_as_they_are(full: Client) -> None:
    swift = in_swift(full)
    assert swift.get("c/o", {"Range": "bytes%3D0-0"}).status == 200
    assert swift.get("c/o", {"If-None-Match": "%2A"}).status == 200
    assert swift.put("c/q", b"x", {"Content-Disposition": "a%FF"}).status == 201
