"""Nonsense at Swift's door: refused as what it is, and the store goes on."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.state import unchanged
from tests.swift.client import SwiftClient

PUT: dict[str, Any] = {"multipart-manifest": "put"}
BULK: dict[str, Any] = {"bulk-delete": ""}


@pytest.fixture
def full(box: SwiftClient) -> Iterator[SwiftClient]:
    """A user with ``c/o``; afterwards the container is as it was."""
    box.put("c/o", b"bytes")
    with unchanged(box.pithos):
        yield box


MANIFESTS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"<xml/>",
    "no list": b'{"path": "c/o"}',
    "an empty list": b"[]",
    "a list of numbers": b"[1]",
    "no path": b'[{"etag": null}]',
    "a path without an object": b'[{"path": "c"}]',
    "a path that is a number": b'[{"path": 7}]',
    "a path with NUL": b'[{"path": "c/\\u0000"}]',
    "a path that is too long": json.dumps([{"path": "c/" + "x" * 1025}]).encode(),
    "itself": b'[{"path": "c/big"}]',
    "another key": b'[{"path": "c/o", "data": "eA=="}]',
    "an etag that is none": b'[{"path": "c/o", "etag": "x"}]',
    "an etag that is a list": b'[{"path": "c/o", "etag": []}]',
    "a negative size": b'[{"path": "c/o", "size_bytes": -1}]',
    "a size that is true": b'[{"path": "c/o", "size_bytes": true}]',
    "an infinite size": b'[{"path": "c/o", "size_bytes": 1e400}]',
    "a size of 5000 digits": b'[{"path": "c/o", "size_bytes": ' + b"9" * 5000 + b"}]",
    "a range backwards": b'[{"path": "c/o", "range": "4-2"}]',
    "a range that is none": b'[{"path": "c/o", "range": "bytes"}]',
    "a range that is a number": b'[{"path": "c/o", "range": 1}]',
    "deep JSON": b"[" * 200_000,
    "deep JSON that ends": b"[" * 5_000 + b"]" * 5_000,
    "broken UTF-8": b'[{"path": "c/\xff"}]',
    "a lone surrogate": b'[{"path": "c/\\ud800"}]',
}


@pytest.mark.parametrize("body", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_is_none(full: SwiftClient, body: bytes) -> None:
    assert full.put("c/big", body, **PUT).status == 400


def test_a_manifest_that_is_too_large(full: SwiftClient) -> None:
    assert full.put("c/big", b" " * (8 * 1024 * 1024 + 1), **PUT).status == 413
    assert full.put("c/big", (b" " * 1024 * 1024 for _ in range(9)), **PUT).status == 413


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"/c/%00", b"%2F", b"/c/%ff", b"/" + b"x" * 5000, b"//", b"/c//"]
)
def test_bulk_lines_that_name_nothing(full: SwiftClient, body: bytes) -> None:
    answer = full.post("", body, {"Accept": "application/json"}, **BULK)
    assert answer.status == 200
    assert answer.json["Number Deleted"] == 0


def test_a_bulk_body_that_is_too_large(full: SwiftClient) -> None:
    assert full.post("", (b"x" * 1024 * 1024 for _ in range(17)), **BULK).status == 413


def test_a_bulk_request_without_a_length(full: SwiftClient) -> None:
    answer = full.post("", None, {"Accept": "application/json"}, **BULK)
    assert answer.status in {200, 411}


QUERIES: list[dict[str, Any]] = [
    {"temp_url_sig": "\0", "temp_url_expires": "\0"},
    {"temp_url_sig": "0" * 64, "temp_url_expires": "²"},
    {"temp_url_sig": "0" * 64, "temp_url_expires": "0001-01-01"},
    {"temp_url_sig": "0" * 64, "temp_url_expires": "9999-12-31T23:59:59+0000"},
    {"temp_url_sig": "sha256:" + "=" * 999, "temp_url_expires": 99999999999},
    {"temp_url_sig": "\ud7ff" * 64, "temp_url_expires": 99999999999},
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_signatures_that_are_none(full: SwiftClient, query: dict[str, Any]) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert full.anonymous(method, "c/o", **query).status == 401


LISTINGS: list[dict[str, Any]] = [
    {"marker": "\0", "end_marker": "\0"},
    {"marker": "\U0010ffff" * 300},
    {"end_marker": "\U0010ffff" * 300, "reverse": "true"},
    {"prefix": "\U0010ffff" * 300, "delimiter": "\U0010ffff"},
    {"delimiter": "\0"},
    {"delimiter": "o" * 3000, "reverse": "true"},
    {"path": "\0"},
    {"limit": "-" + "9" * 5000},
    {"limit": "x" * 5000},
    {"reverse": "\0", "format": "\0"},
]


@pytest.mark.parametrize("query", LISTINGS, ids=lambda query: str(sorted(query)))
@pytest.mark.parametrize("path", ["", "c"])
def test_listings_of_nonsense(full: SwiftClient, path: str, query: dict[str, Any]) -> None:
    assert full.get(path, **query).status in {200, 204}
    assert full.get(path, {"Accept": "application/json"}, **query).status == 200


HEADERS = [
    {"X-Container-Read": "," * 5000},
    {"X-Container-Read": "%ff"},
    {"X-Container-Write": "%00"},
    {"X-Remove-Container-Meta-": "x"},
    {"X-Container-Meta-Access-Control-Allow-Origin": "\xff"},
    {"X-Container-Policy-Versioning": "manual"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_container_headers_of_nonsense(full: SwiftClient, headers: dict[str, str]) -> None:
    assert full.post("c", headers=headers).status in {204, 400}


@pytest.mark.parametrize("origin", ["%0d%0a", "x" * 5000, "https://a b", "\xff"])
def test_origins_of_nonsense(full: SwiftClient, origin: str) -> None:
    answer = full.anonymous("OPTIONS", "c/o", {"Origin": origin})
    assert answer.status in {400, 401}


@pytest.mark.parametrize(
    ("destination", "status"),
    [("", 412), ("/", 412), ("c", 412), ("/c/", 412), ("//o", 412), ("c/%ff", 400), ("c/%00", 400)],
)
def test_copies_to_nowhere(full: SwiftClient, destination: str, status: int) -> None:
    answer = full.request("COPY", "c/o", None, {"Destination": destination})
    assert answer.status == status
