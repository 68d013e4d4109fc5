"""The list of a static large object: no update rewrites it, and a broken one is a clear 409."""

import json
from collections.abc import Callable
from hashlib import md5
from typing import Any

import pytest

from pithos_api.models import Version
from tests.swift.client import SwiftClient, visit

PUT: dict[str, Any] = {"multipart-manifest": "put"}
GET: dict[str, Any] = {"multipart-manifest": "get"}
RAW: dict[str, Any] = {**GET, "format": "raw"}
DELETE: dict[str, Any] = {"multipart-manifest": "delete", "format": "json"}
OCTETS = {"Content-Type": "application/octet-stream"}
SEGMENT = b"segment"
ETAG = md5(md5(SEGMENT).hexdigest().encode()).digest()
ENTRY = {"name": "/parts/1", "hash": md5(SEGMENT).hexdigest(), "bytes": len(SEGMENT)}


@pytest.fixture
def large(box: SwiftClient) -> SwiftClient:
    """A user with the static large object ``c/big`` of ``parts/1``."""
    box.put("parts")
    box.put("parts/1", SEGMENT)
    box.put("parts/2", b"another")
    assert box.put("c/big", '[{"path": "parts/1"}]', **PUT).status == 201
    return box


Update = tuple[dict[str, str], bytes | None]
UPDATES: dict[str, Update] = {
    "bytes within": ({**OCTETS, "Content-Range": "bytes 10-10/*"}, b"2"),
    "bytes at the end": ({**OCTETS, "Content-Range": "bytes */*"}, b"  "),
    "bytes in chunks": ({**OCTETS, "Content-Range": "bytes 0-/*"}, b"[]"),
    "nothing new": ({**OCTETS, "Content-Range": "bytes 0-0/*"}, b"["),
    "another object's": ({"Content-Range": "bytes */*", "X-Source-Object": "/parts/2"}, b""),
    "its own": ({"Content-Range": "bytes */*", "X-Source-Object": "/c/big"}, b""),
    "a cut": ({**OCTETS, "Content-Range": "bytes 0-0/*", "X-Object-Bytes": "1"}, b"["),
    "a cut of nothing": (
        {"Content-Range": "bytes 0-/*", "X-Source-Object": "/c/big", "X-Object-Bytes": "0"},
        b"",
    ),
}


@pytest.mark.parametrize(("headers", "body"), UPDATES.values(), ids=UPDATES)
@pytest.mark.parametrize("dialect", ["swift", "pithos"])
def test_no_update_changes_its_bytes(
    large: SwiftClient, dialect: str, headers: dict[str, str], body: bytes
) -> None:
    before = large.get("c/big", **GET)
    speaks = large if dialect == "swift" else large.pithos
    answer = speaks.post("c/big", body, headers)
    assert (answer.status, b"static large object" in answer.body) == (409, True)
    after = large.get("c/big", **GET)
    assert (after.body, after["X-Object-Version"]) == (before.body, before["X-Object-Version"])
    assert large.get("c/big").body == SEGMENT


@pytest.mark.parametrize("verb", ["POST", "COPY", "MOVE"])
def test_no_manifest_is_set_on_it(large: SwiftClient, verb: str) -> None:
    headers = {"X-Object-Manifest": "parts/2", "Destination": "/c/to"}
    assert large.pithos.request(verb, "c/big", None, headers).status == 409
    assert large.names("c") == ["big"]
    assert large.post("c/big", headers={"X-Object-Manifest": ""}).status == 202
    assert large.get("c/big").body == SEGMENT


def test_other_bytes_make_another_object_of_it(large: SwiftClient) -> None:
    hashmap = large.pithos.get("c/big", hashmap="", format="json").body
    assert large.pithos.put("c/big", hashmap, hashmap="", format="json").status == 201
    answer = large.get("c/big")
    assert answer.get("X-Static-Large-Object") is None
    assert json.loads(answer.body)[0]["name"] == "/parts/1"


BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"<xml/>",
    "no list": b"7",
    "an object": json.dumps(ENTRY).encode(),
    "an empty list": b"[]",
    "no end": json.dumps([ENTRY]).encode()[:-1],
    "more behind the end": json.dumps([ENTRY]).encode() + b"[]",
    "a cut entry": json.dumps([ENTRY]).encode()[:40],
    "not UTF-8": b'[{"name": "/parts/\xff"}]',
    "numbers": b"[1, 2]",
    "no name": json.dumps([{**ENTRY, "name": None}]).encode(),
    "a name without an object": json.dumps([{**ENTRY, "name": "/parts"}]).encode(),
    "a name with NUL": json.dumps([{**ENTRY, "name": "/parts/\0"}]).encode(),
    "a lone surrogate": json.dumps([{**ENTRY, "name": "/parts/\ud800"}]).encode(),
    "a long name": json.dumps([{**ENTRY, "name": "/parts/" + "x" * 1025}]).encode(),
    "no hash": json.dumps([{"name": "/parts/1", "bytes": 7}]).encode(),
    "a hash that is a list": json.dumps([{**ENTRY, "hash": []}]).encode(),
    "no bytes": json.dumps([{**ENTRY, "bytes": None}]).encode(),
    "bytes that are true": json.dumps([{**ENTRY, "bytes": True}]).encode(),
    "bytes below zero": json.dumps([{**ENTRY, "bytes": -1}]).encode(),
    "endless bytes": b'[{"name": "/parts/1", "bytes": ' + b"9" * 5000 + b"}]",
    "infinite bytes": b'[{"name": "/parts/1", "bytes": Infinity}]',
    "a range that is none": json.dumps([{**ENTRY, "range": "bytes"}]).encode(),
    "a range that is a number": json.dumps([{**ENTRY, "range": 1}]).encode(),
    "another range": json.dumps([{**ENTRY, "range": "0-1"}]).encode(),
    "another segment": json.dumps([{**ENTRY, "hash": md5(b"another").hexdigest()}]).encode(),
    "another size": json.dumps([{**ENTRY, "bytes": 8}]).encode(),
    "deep": b"[" * 100_000,
    "wide": b"[" + b"{}," * 2_500_000 + b"{}]",
    "an entry that is wide": b'[{"name": [' + b"[]," * 2_500_000 + b"[]]}]",
    "too many": json.dumps([ENTRY] * 1001).encode(),
    "huge": b" " * (8 * 1024 * 1024 + 1),
}


@pytest.fixture
def plant(large: SwiftClient, committed: None) -> Callable[[bytes], SwiftClient]:
    """Make ``c/big`` a static large object of this list, as older data may be."""

    def make(text: bytes) -> SwiftClient:
        assert large.put("c/big", text).status == 201
        version = Version.objects.filter(serial=large.head("c/big")["X-Object-Version"])
        assert version.update(segmented_size=len(SEGMENT), segmented_etag=ETAG) == 1
        return large

    return make


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_list_is_a_conflict(plant: Callable[[bytes], SwiftClient], text: bytes) -> None:
    large = plant(text)
    for answer in (
        large.get("c/big"),
        large.get("c/big", {"Range": "bytes=0-1"}),
        large.get("c/big", {"Range": "bytes=0-0,2-3"}),
        large.pithos.get("c/big"),
        large.get("c/big", **RAW),
        large.request("COPY", "c/big", None, {"Destination": "c/copy"}),
        large.request("COPY", "c/big", None, {"Destination": "c/copy"}, **GET),
        large.pithos.request("COPY", "c/big", None, {"Destination": "/c/copy"}),
    ):
        assert (answer.status, b"list of segments" in answer.body) == (409, True)
    assert large.head("c/big").status == large.pithos.head("c/big").status == 409
    assert large.get("c/big", **GET).body == text


@pytest.mark.parametrize("name", ["no JSON", "not UTF-8", "a name with NUL", "huge"])
def test_what_has_a_broken_list_can_go(plant: Callable[[bytes], SwiftClient], name: str) -> None:
    large = plant(BROKEN[name])
    assert [each["name"] for each in large.get("c", format="json").json] == ["big"]
    told = large.delete("c/big", **DELETE).json
    assert (told["Number Deleted"], told["Errors"], large.names("c")) == (1, [], [])
    assert large.names("parts") == ["1", "2"]
    plant(BROKEN[name])
    assert large.post("c/big", headers={"X-Object-Meta-A": "1"}).status == 202
    assert large.put("c/big", b"whole").status == 201
    assert large.get("c/big").body == b"whole"
    plant(BROKEN[name])
    assert large.pithos.delete("c/big").status == 204


def test_a_public_link_to_a_broken_list_is_a_conflict(
    plant: Callable[[bytes], SwiftClient],
) -> None:
    large = plant(BROKEN["no JSON"])
    large.pithos.post("c/big", headers={"X-Object-Public": "true"}, update="")
    shown = large.pithos.get("c", format="json").json[0]
    for method, status in (("GET", 409), ("HEAD", 409)):
        assert large.raw(method, shown["x_object_public"]).status == status


def test_white_space_and_more_keys_break_no_list(plant: Callable[[bytes], SwiftClient]) -> None:
    large = plant(json.dumps([{**ENTRY, "sub_slo": False}], indent=2).encode() + b"\r\n\t ")
    assert large.get("c/big").body == SEGMENT
    assert json.loads(large.get("c/big", **RAW).body)[0]["path"] == "/parts/1"


def test_a_link_shows_segments_that_whoever_listed_them_may_read(
    large: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    writer = new_swift_user()
    there = visit(writer, large)
    large.put("c/shared", b"", {"X-Object-Sharing": f"write={writer.account}"})
    share = {"X-Object-Sharing": f"read={writer.account}"}
    large.pithos.post("parts/1", headers=share, update="")
    assert there.put("c/shared", '[{"path": "parts/1"}]', **PUT).status == 201
    large.pithos.post("c/shared", headers={"X-Object-Public": "true"}, update="")
    link = large.pithos.head("c/shared")["X-Object-Public"]
    assert large.raw("GET", link).body == SEGMENT
    large.pithos.post("parts/1", headers={"X-Object-Sharing": ""}, update="")
    assert large.raw("GET", link).status == there.get("c/shared").status == 409
    assert large.get("c/shared").body == SEGMENT
