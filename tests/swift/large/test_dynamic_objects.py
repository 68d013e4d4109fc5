"""Dynamic large objects: ``X-Object-Manifest``."""

import hmac
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


@pytest.mark.requirement("S34")
def test_several_ranges_cross_parts(large: SwiftClient) -> None:
    answer = large.get("c/big", {"Range": "bytes=2-5,-3"})
    assert answer.status == 206
    assert b"\r\n\r\n" + WHOLE[2:6] + b"\r\n" in answer.body
    assert b"\r\n\r\n" + WHOLE[-3:] + b"\r\n" in answer.body
    assert large.get("c/big", {"Range": "bytes=2-5"}).body == WHOLE[2:6]


@pytest.mark.requirement("S34")
def test_conditions_are_on_the_whole(large: SwiftClient) -> None:
    etag = large.head("c/big")["ETag"]
    assert large.get("c/big", {"If-None-Match": etag}).status == 304
    assert large.get("c/big", {"If-Match": '"0"'}).status == 412


@pytest.mark.requirement("S34")
def test_a_container_s_key_gives_no_parts_of_another(large: SwiftClient) -> None:
    large.put("c/parts/1", b"here")
    large.put("c/own", b"", {"X-Object-Manifest": "c/parts/"})
    large.post("c", headers={"X-Container-Meta-Temp-URL-Key": "secret"})
    large.post("", headers={"X-Account-Meta-Temp-URL-Key": "of the account"})

    def read(path: str, key: str, method: str = "GET") -> int:
        text = f"{method}\n4000000000\n{large.url(path)}".encode()
        signature = hmac.new(key.encode(), text, "sha256").hexdigest()
        query: dict[str, Any] = {"temp_url_sig": signature, "temp_url_expires": 4000000000}
        return large.anonymous(method, path, **query).status

    assert [read("c/own", "secret"), read("c/big", "secret")] == [200, 401]
    assert read("c/big", "secret", "HEAD") == 401
    assert read("c/big", "of the account") == 200
