"""Static large objects: ``multipart-manifest=put``, ``get``, ``delete``."""

import json
from collections.abc import Callable
from hashlib import md5
from typing import Any

import pytest

from tests.api.transfers import transfer
from tests.swift.client import SwiftClient, visit

PUT: dict[str, Any] = {"multipart-manifest": "put"}
GET: dict[str, Any] = {"multipart-manifest": "get"}
DELETE: dict[str, Any] = {"multipart-manifest": "delete", "format": "json"}
PARTS = [b"one," * 30_000, b"two, ", b"three"]
WHOLE = b"".join(PARTS)
ETAG = md5("".join(md5(part).hexdigest() for part in PARTS).encode()).hexdigest()


def entries(**more: object) -> list[dict[str, Any]]:
    listed = [
        {"path": f"/parts/{n} ä", "etag": md5(part).hexdigest(), "size_bytes": len(part)}
        for n, part in enumerate(PARTS)
    ]
    listed[1].update(more)
    return listed


@pytest.fixture
def parts(box: SwiftClient) -> SwiftClient:
    """A user with the segments, and ``c`` for the large object."""
    box.put("parts")
    for n, part in enumerate(PARTS):
        box.put(f"parts/{n} ä", part, {"Content-Type": "application/swiftclient-segment"})
    return box


@pytest.fixture
def large(parts: SwiftClient) -> SwiftClient:
    """A user with the large object ``c/big``."""
    stored = parts.put("c/big", json.dumps(entries()), {"Content-Type": "a/b"}, **PUT)
    assert (stored.status, stored["ETag"]) == (201, f'"{ETAG}"')
    return parts


@pytest.mark.requirement("S35")
def test_it_reads_as_its_segments(large: SwiftClient) -> None:
    answer = large.get("c/big")
    assert answer.body == WHOLE
    for reply in (answer, large.head("c/big")):
        assert reply["ETag"] == f'"{ETAG}"'
        assert reply["X-Static-Large-Object"] == "True"
        assert (reply["Content-Length"], reply["Content-Type"]) == (str(len(WHOLE)), "a/b")
    assert large.pithos.get("c/big").body == WHOLE


@pytest.mark.parametrize("span", [(0, 0), (119_990, 120_003), (len(WHOLE) - 7, len(WHOLE) - 1)])
def test_ranges_cross_segments(large: SwiftClient, span: tuple[int, int]) -> None:
    first, last = span
    answer = large.get("c/big", {"Range": f"bytes={first}-{last}"})
    assert (answer.status, answer.body) == (206, WHOLE[first : last + 1])


def test_conditions_are_on_the_whole(large: SwiftClient) -> None:
    assert large.get("c/big", {"If-None-Match": f'"{ETAG}"'}).status == 304
    assert large.head("c/big", {"If-Match": ETAG}).status == 200
    assert large.get("c/big", {"If-Match": "0" * 32}).status == 412


@pytest.mark.requirement("S35")
def test_a_listing_shows_the_whole(large: SwiftClient) -> None:
    queries: list[dict[str, Any]] = [{}, {"delimiter": "/"}]
    for query in queries:
        (entry,) = large.get("c", format="json", **query).json
        assert (entry["bytes"], entry["slo_etag"]) == (len(WHOLE), f'"{ETAG}"')


@pytest.mark.requirement("S28")
def test_its_list_comes_back(large: SwiftClient) -> None:
    answer = large.get("c/big", **GET)
    assert answer["X-Static-Large-Object"] == "True"
    listed = answer.json
    assert [(each["name"], each["bytes"], each["hash"]) for each in listed] == [
        (each["path"], each["size_bytes"], each["etag"]) for each in entries()
    ]
    assert listed[0]["content_type"] == "application/swiftclient-segment"
    assert json.loads(large.get("c/big", **GET, format="raw").body) == entries()
    etag = answer["ETag"]
    assert etag == md5(answer.body).hexdigest()
    assert large.get("c/big", {"If-None-Match": etag}, **GET).status == 304


@pytest.mark.requirement("S27")
def test_segments_may_be_named_by_path_alone_and_in_parts(parts: SwiftClient) -> None:
    listed = [{"path": "parts/0 ä", "range": "0-3"}, {"path": "parts/2 ä", "range": "-2"}]
    assert parts.put("c/big", json.dumps(listed), **PUT).status == 201
    assert parts.get("c/big").body == b"one,ee"
    assert parts.get("c/big", {"Range": "bytes=3-4"}).body == b",e"
    assert parts.get("c/big", **GET).json[0]["range"] == "0-3"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"path": "/parts/none"}, "404 Not Found"),
        ({"path": "/nowhere/none"}, "404 Not Found"),
        ({"etag": "0" * 32}, "Etag Mismatch"),
        ({"size_bytes": 7}, "Size Mismatch"),
        ({"range": "900-"}, "Unsatisfiable Range"),
    ],
)
def test_segments_that_are_not_as_listed(
    parts: SwiftClient, change: dict[str, Any], problem: str
) -> None:
    answer = parts.put("c/big", json.dumps(entries(**change)), **PUT)
    assert (answer.status, parts.names("c")) == (400, [])
    assert problem.encode() in answer.body


def test_an_empty_segment_and_a_dynamic_manifest_are_no_segments(large: SwiftClient) -> None:
    large.put("c/empty", b"")
    large.put("c/dynamic", b"x", {"X-Object-Manifest": "parts/"})
    for path, problem in (("c/empty", b"Too Small"), ("c/dynamic", b"Is A Manifest")):
        answer = large.put("c/other", json.dumps([{"path": path}]), **PUT)
        assert answer.status == 400
        assert problem in answer.body


@pytest.mark.requirement("S31")
def test_the_etag_of_the_request_is_that_of_the_whole(parts: SwiftClient) -> None:
    body = json.dumps(entries())
    assert parts.put("c/big", body, {"ETag": "0" * 32}, **PUT).status == 422
    assert parts.put("c/big", body, {"ETag": ETAG}, **PUT).status == 201


def test_a_segment_that_changed_is_a_conflict(large: SwiftClient) -> None:
    large.put("parts/1 ä", b"other")
    assert large.get("c/big").status == 409
    assert large.head("c/big").status == 200
    large.delete("parts/1 ä")
    assert large.get("c/big").status == 409


def test_a_plain_delete_leaves_the_segments(large: SwiftClient) -> None:
    assert large.delete("c/big").status == 204
    assert len(large.names("parts")) == len(PARTS)


def test_a_delete_of_the_manifest_takes_its_segments_along(large: SwiftClient) -> None:
    large.delete("parts/1 ä")
    told = large.delete("c/big", **DELETE).json
    assert (told["Number Deleted"], told["Number Not Found"], told["Errors"]) == (3, 1, [])
    assert (large.names("c"), large.names("parts")) == ([], [])


def test_only_a_manifest_is_deleted_as_one(large: SwiftClient) -> None:
    assert large.delete("parts/0 ä", **DELETE).status == 400
    assert large.delete("c/none", **DELETE).status == 404


def test_a_copy_is_joined_unless_the_manifest_is_meant(large: SwiftClient) -> None:
    large.request("COPY", "c/big", None, {"Destination": "c/joined", "X-Object-Meta-A": "1"})
    large.request("COPY", "c/big", None, {"Destination": "c/listed"}, **GET)
    large.put("c/put", headers={"X-Copy-From": "c/big"})
    for name in ("joined", "put"):
        assert large.head(f"c/{name}")["ETag"] == md5(WHOLE).hexdigest()
    assert large.head("c/joined").get("X-Static-Large-Object") is None
    assert large.head("c/joined")["X-Object-Meta-A"] == "1"
    assert large.head("c/listed")["ETag"] == f'"{ETAG}"'
    assert {large.get(f"c/{name}").body for name in large.names("c")} == {WHOLE}


@pytest.mark.requirement("S28")
def test_a_list_as_a_put_takes_it_has_an_etag_of_its_own(large: SwiftClient) -> None:
    raw = large.get("c/big", **GET, format="raw")
    assert raw["ETag"] == md5(raw.body).hexdigest()
    assert raw["Content-Type"] == "a/b"
    for name in ("ETag", "Content-Length", "Content-Type"):
        assert large.head("c/big", **GET, format="raw")[name] == raw[name]
    seen = {"If-None-Match": raw["ETag"]}
    assert large.get("c/big", seen, **GET, format="raw").status == 304
    part = large.get("c/big", {"Range": "bytes=2-9"}, **GET, format="raw")
    assert (part.status, part.body) == (206, raw.body[2:10])
    assert large.put("c/big", raw.body, **PUT).status == 201


@pytest.mark.parametrize("verb", ["COPY", "PUT"])
def test_a_range_of_a_large_object_is_copied(large: SwiftClient, verb: str) -> None:
    part = {"Range": f"bytes=119990-{len(WHOLE) - 2}"}
    assert transfer(large, verb, "c/big", "c/part", part).status == 201
    assert large.get("c/part").body == WHOLE[119_990:-1]
    assert large.head("c/part").get("X-Static-Large-Object") is None
    assert transfer(large, verb, "c/big", "c/list", part, **GET).status == 400
    assert large.names("c") == ["big", "part"]


def test_metadata_can_change_and_overwriting_ends_it(large: SwiftClient) -> None:
    large.post("c/big", headers={"X-Object-Meta-A": "1"})
    assert large.get("c/big").body == WHOLE
    large.put("c/big", b"plain")
    assert (large.get("c/big").body, large.head("c/big")["Content-Length"]) == (b"plain", "5")


def test_segments_are_read_with_the_readers_rights(
    large: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    other = new_swift_user()
    there = visit(other, large)
    shared = {"X-Object-Sharing": f"read={other.account}"}
    large.post("c/big", headers=shared)
    assert there.get("c/big").status == 409
    for n in range(len(PARTS)):
        large.post(f"parts/{n} ä", headers=shared)
    assert there.get("c/big").body == WHOLE


def test_a_writer_names_no_segments_that_they_may_not_read(
    parts: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    other = new_swift_user()
    parts.put("c/shared", b"", {"X-Object-Sharing": f"write={other.account}"})
    answer = visit(other, parts).put("c/shared", json.dumps(entries()), **PUT)
    assert (answer.status, answer.body.count(b"404 Not Found")) == (400, len(PARTS))


def test_1000_segments_and_no_more(parts: SwiftClient) -> None:
    listed = [{"path": "parts/1 ä"}] * 1000
    assert parts.put("c/big", json.dumps(listed), **PUT).status == 201
    assert parts.get("c/big").body == PARTS[1] * 1000
    assert parts.put("c/big", json.dumps([*listed, listed[0]]), **PUT).status == 400


def test_names_of_segments_may_look_like_a_list(parts: SwiftClient) -> None:
    name = '"}],[{\\" \\\\ ä \U0001f41b'
    assert parts.put(f"parts/{name}", b"odd").status == 201
    listed = [{"path": f"parts/{name}"}, {"path": "parts/1 ä"}]
    for escaped, indent in ((True, None), (False, None), (True, 2)):
        body = json.dumps(listed, ensure_ascii=escaped, indent=indent)
        assert parts.put("c/big", f" {body}\r\n", **PUT).status == 201
        assert parts.get("c/big").body == b"odd" + PARTS[1]


@pytest.mark.parametrize(
    "body", ["{},", "[{},]", "[{}]{}]", "[{} {}]", "[{}]]", "[[{}]]", "[{}", "[,{}]"]
)
def test_a_list_that_is_not_json(parts: SwiftClient, body: str) -> None:
    text = body.replace("{}", '{"path":"parts/1 ä"}')
    assert parts.put("c/big", text, **PUT).status == 400
    assert parts.head("c/big").status == 404


@pytest.mark.parametrize("known_by", [ETAG, "md5 of the list"])
def test_writes_know_it_by_the_etag_that_it_is_shown_with(
    large: SwiftClient, known_by: str
) -> None:
    etag = known_by if known_by == ETAG else md5(large.get("c/big", **GET).body).hexdigest()
    holds, fails = {"If-Match": f'"{etag}"'}, {"If-None-Match": f'"{etag}"'}
    for sent in (fails, {"If-Match": "0" * 32}):
        assert large.put("c/big", b"new", sent).status == 412
        assert large.post("c/big", headers=sent).status == 412
        assert large.request("COPY", "c/big", None, {**sent, "Destination": "c/x"}).status == 412
    assert large.get("c/big").body == WHOLE
    assert large.post("c/big", headers=holds).status == 202
    assert large.request("COPY", "c/big", None, {**holds, "Destination": "c/x"}).status == 201
    assert large.put("c/big", b"new", holds).status == 201
