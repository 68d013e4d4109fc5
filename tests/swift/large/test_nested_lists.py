"""Lists of segments in one another, and bytes in the list itself (contract/swift.md, c)."""

import base64
import json
from collections.abc import Callable
from hashlib import md5
from typing import Any

import pytest

from tests.swift.client import SwiftClient, visit

PUT: dict[str, Any] = {"multipart-manifest": "put"}
GET: dict[str, Any] = {"multipart-manifest": "get"}
DELETE: dict[str, Any] = {"multipart-manifest": "delete", "format": "json"}
PARTS = [b"one," * 30_000, b"two, ", b"three"]


def inline(data: bytes) -> dict[str, str]:
    return {"data": base64.b64encode(data).decode()}


def hexed(data: bytes) -> str:
    return md5(data, usedforsecurity=False).hexdigest()


def store(client: SwiftClient, path: str, listed: object, **more: str) -> str:
    """Store a list of segments; return its ETag."""
    stored = client.put(path, json.dumps(listed), **PUT)
    assert stored.status == 201, stored.body
    return stored["ETag"].strip('"')


@pytest.fixture
def parts(box: SwiftClient) -> SwiftClient:
    """A user with the segments ``parts/0`` to ``parts/2``, and ``c`` for large objects."""
    box.put("parts")
    for n, part in enumerate(PARTS):
        box.put(f"parts/{n}", part)
    return box


@pytest.fixture
def nested(parts: SwiftClient) -> SwiftClient:
    """``c/outer`` is ``c/inner`` from its fifth byte, ``<>`` and ``parts/2``."""
    etag = store(parts, "c/inner", [{"path": "parts/0"}, {"path": "parts/1"}])
    size = len(PARTS[0] + PARTS[1])
    inner = {"path": "c/inner", "etag": etag, "size_bytes": size, "range": "4-"}
    store(parts, "c/outer", [inner, inline(b"<>"), {"path": "parts/2"}])
    return parts


WHOLE = (PARTS[0] + PARTS[1])[4:] + b"<>" + PARTS[2]


@pytest.mark.requirement("S26", "S27")
def test_it_reads_as_all_of_it(nested: SwiftClient) -> None:
    inner = hexed((hexed(PARTS[0]) + hexed(PARTS[1])).encode())
    size = len(PARTS[0] + PARTS[1])
    etag = hexed(f"{inner}:4-;{hexed(b'<>')}{hexed(PARTS[2])}".encode())
    for answer in (nested.get("c/outer"), nested.head("c/outer")):
        assert answer["ETag"] == f'"{etag}"'
        assert answer["Content-Length"] == str(len(WHOLE))
    assert nested.get("c/outer").body == WHOLE
    assert nested.pithos.get("c/outer").body == WHOLE
    listed = {each["name"]: each for each in nested.get("c", format="json").json}
    assert (listed["outer"]["bytes"], listed["inner"]["bytes"]) == (len(WHOLE), size)
    assert listed["outer"]["slo_etag"] == f'"{etag}"'


@pytest.mark.requirement("S26", "S27")
@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 0), (119_990, 120_002), (len(WHOLE) - 8, len(WHOLE) - 1), (119_999, 120_004)],
)
def test_ranges_cross_lists(nested: SwiftClient, first: int, last: int) -> None:
    answer = nested.get("c/outer", {"Range": f"bytes={first}-{last}"})
    assert (answer.status, answer.body) == (206, WHOLE[first : last + 1])
    several = nested.get("c/outer", {"Range": f"bytes={first}-{last},0-3"})
    assert several.status == 206
    assert b"\r\n\r\n" + WHOLE[first : last + 1] + b"\r\n" in several.body


@pytest.mark.requirement("S26", "S28")
def test_its_list_comes_back(nested: SwiftClient) -> None:
    listed = nested.get("c/outer", **GET).json
    assert (listed[0]["sub_slo"], listed[0]["range"]) == (True, "4-")
    assert listed[1] == inline(b"<>")
    raw = json.loads(nested.get("c/outer", **GET, format="raw").body)
    assert [list(each) for each in raw] == [
        ["path", "etag", "size_bytes", "range"],
        ["data"],
        ["path", "etag", "size_bytes"],
    ]
    assert store(nested, "c/again", raw) == nested.head("c/outer")["ETag"].strip('"')


@pytest.mark.requirement("S26")
def test_ten_lists_may_be_in_one_another(parts: SwiftClient) -> None:
    store(parts, "c/1", [{"path": "parts/1"}])
    for depth in range(2, 12):
        store(parts, f"c/{depth}", [{"path": f"c/{depth - 1}"}])
    assert parts.get("c/10").body == PARTS[1]
    too_deep = parts.get("c/11")
    assert (too_deep.status, b"more than 10 lists" in too_deep.body) == (409, True)
    copied = parts.request("COPY", "c/11", None, {"Destination": "c/copy"}, **GET)
    assert (copied.status, parts.head("c/copy").status) == (409, 404)


@pytest.mark.requirement("S26")
def test_a_list_cannot_come_to_be_in_itself(nested: SwiftClient) -> None:
    store(nested, "c/inner", [{"path": "c/outer"}])
    for name in ("inner", "outer"):
        assert nested.get(f"c/{name}").status == 409
    assert nested.put("c/inner", '[{"path": "c/inner"}]', **PUT).status == 400
    told = nested.delete("c/outer", **DELETE).json
    assert (told["Number Deleted"], told["Errors"]) == (3, [])


@pytest.mark.requirement("S26")
def test_a_nested_list_that_changed_is_a_conflict(nested: SwiftClient) -> None:
    store(nested, "c/inner", [{"path": "parts/1"}])
    assert nested.get("c/outer").status == 409


@pytest.mark.requirement("S26")
def test_nested_segments_are_read_with_the_readers_rights(
    nested: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    nested.post("c", headers={"X-Container-Read": ".r:*"})
    assert nested.anonymous("GET", "c/outer").status == 409
    reader = new_swift_user()
    for n in (0, 1):
        nested.post(f"parts/{n}", headers={"X-Object-Sharing": f"read={reader.account}"})
    assert visit(reader, nested).get("c/outer").status == 409
    nested.post("parts/2", headers={"X-Object-Sharing": f"read={reader.account}"})
    assert visit(reader, nested).get("c/outer").body == WHOLE


@pytest.mark.requirement("S26")
def test_what_is_in_a_planted_list_is_not_joined_for_its_planter(
    nested: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    writer = new_swift_user()
    rights = {"X-Container-Read": writer.account, "X-Container-Write": writer.account}
    nested.post("c", headers=rights)
    store(visit(writer, nested), "c/planted", [{"path": "c/inner"}])
    assert visit(writer, nested).get("c/planted").status == 409
    joined = nested.request("COPY", "c/planted", None, {"Destination": "c/joined"})
    assert (joined.status, nested.head("c/joined").status) == (409, 404)


@pytest.mark.requirement("S29")
def test_a_delete_takes_everything_along(nested: SwiftClient) -> None:
    text = nested.delete("c/inner", **{**DELETE, "format": ""})
    assert b"Number Deleted: 3" in text.body
    for n, part in enumerate(PARTS):
        nested.put(f"parts/{n}", part)
    store(nested, "c/inner", [{"path": "parts/0"}, {"path": "parts/1"}])
    told = nested.delete("c/outer", **DELETE).json
    assert (told["Number Deleted"], told["Number Not Found"], told["Errors"]) == (5, 0, [])
    assert (nested.names("c"), nested.names("parts")) == ([], [])


@pytest.mark.requirement("S30")
def test_copies_are_joined_or_lists(nested: SwiftClient) -> None:
    assert nested.request("COPY", "c/outer", None, {"Destination": "c/joined"}).status == 201
    assert nested.request("COPY", "c/outer", None, {"Destination": "c/list"}, **GET).status == 201
    assert [nested.get(f"c/{name}").body for name in ("joined", "list")] == [WHOLE, WHOLE]
    assert nested.head("c/joined").get("X-Static-Large-Object") is None
    nested.delete("parts/0")
    failed = nested.request("COPY", "c/outer", None, {"Destination": "c/none"}, **GET)
    assert (failed.status, failed.body.count(b"404 Not Found")) == (400, 1)
    assert nested.head("c/none").status == 404


@pytest.mark.requirement("S31")
@pytest.mark.parametrize("accept", ["application/json", "text/plain", "application/xml"])
def test_all_that_is_wrong_is_told_at_once(parts: SwiftClient, accept: str) -> None:
    listed = [
        {"path": "parts/none"},
        {"path": "parts/1", "etag": "0" * 32},
        {"path": "parts/2", "size_bytes": 7},
        {"path": "parts"},
        {"path": "parts/0", "extra": 1},
        {"data": "***"},
        {"path": "parts/2", "data": "AA=="},
        {"path": "parts/0", "range": "9999999-"},
        7,
    ]
    body = json.dumps(listed[:-1])
    answer = parts.put("c/big", body, {"Accept": accept}, **PUT)
    assert (answer.status, parts.names("c")) == (400, [])
    assert answer["Content-Type"] == f"{accept}; charset=utf-8"
    for problem in ("404 Not Found", "Etag Mismatch", "Size Mismatch", "Unsatisfiable Range"):
        assert answer.body.count(problem.encode()) == 1
    assert answer.body.count(b"Index ") == 4
    if accept == "application/json":
        assert len(json.loads(answer.body)["Errors"]) == len(listed) - 1


@pytest.mark.requirement("S27")
@pytest.mark.parametrize(
    "entry",
    [
        {"data": ""},
        {"data": "A"},
        {"data": None},
        {"data": 7},
        {"data": "AA==", "range": "0-0"},
        inline(b"x" * (64 * 1024 + 1)),
        {"data": "AA\n=="},
    ],
)
def test_data_that_is_none_is_refused(parts: SwiftClient, entry: dict[str, Any]) -> None:
    answer = parts.put("c/big", json.dumps([{"path": "parts/1"}, entry]), **PUT)
    assert (answer.status, parts.names("c")) == (400, [])


@pytest.mark.requirement("S27")
def test_data_stands_beside_objects(parts: SwiftClient) -> None:
    alone = parts.put("c/big", json.dumps([inline(b"x")]), **PUT)
    assert (alone.status, b"at least one segment" in alone.body) == (400, True)
    most = bytes(range(256)) * 256
    store(parts, "c/big", [inline(b"\0"), {"path": "parts/1"}, inline(most), inline(b"end")])
    assert parts.get("c/big").body == b"\0" + PARTS[1] + most + b"end"


@pytest.mark.requirement("S32")
def test_a_heartbeat_tells_the_outcome_in_the_body(parts: SwiftClient) -> None:
    listed = json.dumps([{"path": "parts/1"}])
    asks = {**PUT, "heartbeat": "on", "format": "json"}
    answer = parts.put("c/big", listed, **asks)
    told = json.loads(answer.body)
    assert (answer.status, told["Response Status"], told["Errors"]) == (202, "201 Created", [])
    assert told["Etag"] == parts.head("c/big")["ETag"]
    assert told["Last Modified"] == parts.head("c/big")["Last-Modified"]
    failed = parts.put("c/other", json.dumps([{"path": "parts/none"}]), **asks)
    told = json.loads(failed.body)
    assert (failed.status, told["Response Status"]) == (202, "400 Bad Request")
    assert told["Errors"][0][1] == "404 Not Found"
    wrong = parts.put("c/other", listed, {"ETag": "0" * 32}, **{**PUT, "heartbeat": "on"})
    assert (wrong.status, b"422 Unprocessable Entity" in wrong.body) == (202, True)
    assert parts.put("none/x", listed, **asks).status == 404
    assert parts.names("c") == ["big"]


@pytest.mark.requirement("S33")
def test_only_a_new_one_if_so_wanted(nested: SwiftClient) -> None:
    body, only_new = json.dumps([{"path": "parts/1"}]), {"If-None-Match": "*"}
    assert nested.put("c/outer", body, only_new, **PUT).status == 412
    assert nested.put("c/new", body, only_new, **PUT).status == 201
    assert nested.get("c/outer").body == WHOLE
