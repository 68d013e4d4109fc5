"""Dynamic large objects: ``X-Object-Manifest``."""

from hashlib import md5
from typing import Any

import pytest

from tests.swift.client import SwiftClient

PARTS = [b"one,", b"two, ", b"three"]
WHOLE = b"".join(PARTS)
GET: dict[str, Any] = {"multipart-manifest": "get"}


@pytest.fixture
def large(box: SwiftClient) -> SwiftClient:
    box.put("parts")
    for n, part in enumerate(PARTS):
        box.put(f"parts/big ä/{n}", part)
    manifest = {"X-Object-Manifest": "parts/big%20%C3%A4/", "Content-Type": "a/b"}
    assert box.put("c/big", [], manifest).status == 201
    return box


def test_it_reads_as_its_parts(large: SwiftClient) -> None:
    answer = large.get("c/big")
    assert answer.body == WHOLE
    etag = md5("".join(md5(part).hexdigest() for part in PARTS).encode()).hexdigest()
    assert (answer["ETag"], answer["Content-Length"]) == (f'"{etag}"', str(len(WHOLE)))
    assert large.head("c/big")["Content-Length"] == str(len(WHOLE))
    assert large.get("c/big", {"Range": "bytes=3-5"}).body == WHOLE[3:6]


def test_the_manifest_itself(large: SwiftClient) -> None:
    answer = large.get("c/big", **GET)
    assert (answer.body, answer["Content-Type"]) == (b"", "a/b")
    assert answer["X-Object-Manifest"]


def test_a_copy_is_joined_unless_the_manifest_is_meant(large: SwiftClient) -> None:
    large.request("COPY", "c/big", None, {"Destination": "c/joined"})
    large.raw("COPY", large.url("c/big", **GET), None, {**large.own, "Destination": "c/listed"})
    large.put("parts/big ä/9", b"more")
    assert large.get("c/joined").body == WHOLE
    assert large.get("c/listed").body == WHOLE + b"more"


def test_a_post_keeps_what_it_repeats(large: SwiftClient) -> None:
    manifest = large.head("c/big")["X-Object-Manifest"]
    large.post("c/big", headers={"X-Object-Manifest": manifest, "X-Object-Meta-A": "1"})
    assert large.get("c/big").body == WHOLE
    large.post("c/big", headers={"X-Object-Meta-A": "1"})
    assert large.get("c/big").body == b""
