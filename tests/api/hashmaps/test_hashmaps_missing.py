"""A hashmap whose blocks are not all there yet (contract §2.4, §6)."""

import hashlib
import json
from typing import Any

import pytest

from tests.api.client import Client
from tests.api.hashmaps.test_hashmaps import (
    EMPTY,
    SIZE,
    as_json,
    as_xml,
    blocks,
    digest,
    digests,
    each_content,
    put_map,
    send_blocks,
)
from tests.api.state import unchanged


@pytest.mark.requirement("R84", "R85", "R87", "R89")
@pytest.mark.parametrize("write", [as_json, as_xml])
@each_content
def test_missing_blocks_are_sent_and_the_object_is_there(
    box: Client, data: bytes, write: Any
) -> None:
    answer = put_map(box, "c/o", write(data))
    if set(digests(data)) - {EMPTY}:
        assert (answer.status, box.get("c/o").status) == (409, 404)
        missing = set(answer.lines)
        for block in blocks(data):
            if digest(block) in missing:
                send_blocks(box, block)
        answer = put_map(box, "c/o", write(data))
    assert answer.status == 201
    assert answer["ETag"] == hashlib.md5(data).hexdigest()
    read = box.get("c/o")
    assert (read.status, read.body, read["ETag"]) == (200, data, answer["ETag"])
    assert read["X-Object-Version"] == answer["X-Object-Version"]


MISSING = [digest(name) for name in (b"m2", b"m1", b"m3")]


@pytest.fixture
def incomplete(box: Client) -> bytes:
    """A map of six blocks of which one is there, one is empty, three are missing."""
    send_blocks(box, b"known")
    names = [MISSING[0], digest(b"known"), MISSING[1], EMPTY, MISSING[0], MISSING[2]]
    return json.dumps({"bytes": 6 * SIZE, "hashes": names}).encode()


@pytest.mark.requirement("R86")
@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, {"format": "json"}),
        ({"Accept": "application/json"}, {}),
        ({"Accept": "text/xml"}, {"format": "json"}),
    ],
)
def test_missing_blocks_in_json(box: Client, incomplete: bytes, headers: Any, query: Any) -> None:
    with unchanged(box):
        answer = put_map(box, "c/o", incomplete, headers, **query)
    assert (answer.status, answer.json) == (409, MISSING)


@pytest.mark.requirement("R86")
@pytest.mark.parametrize(("headers", "query"), [({}, {}), ({}, {"format": "text"})])
def test_missing_blocks_in_text(box: Client, incomplete: bytes, headers: Any, query: Any) -> None:
    with unchanged(box):
        answer = put_map(box, "c/o", incomplete, headers, **query)
    assert (answer.status, answer.lines) == (409, MISSING)
    assert answer.body == "".join(f"{name}\n" for name in MISSING).encode()


@pytest.mark.requirement("R86")
@pytest.mark.parametrize(
    ("headers", "query"),
    [({}, {"format": "xml"}), ({"Accept": "application/xml"}, {}), ({"Accept": "text/xml"}, {})],
)
def test_missing_blocks_in_xml(box: Client, incomplete: bytes, headers: Any, query: Any) -> None:
    names = json.loads(incomplete)["hashes"]
    items = "".join(f"<hash>{name}</hash>" for name in names)
    body = f'<object bytes="{6 * SIZE}">{items}</object>'.encode()
    with unchanged(box):
        answer = put_map(box, "c/o", body, headers, **query)
    assert (answer.status, answer.xml.tag) == (409, "conflicts")
    assert [(item.tag, item.text) for item in answer.xml] == [("conflict", n) for n in MISSING]


@pytest.mark.requirement("R87")
def test_a_small_change_of_a_big_object_sends_one_block(box: Client) -> None:
    data = b"".join(bytes([number]) * SIZE for number in range(1, 41)) + b"end"
    box.put("c/o", data)
    changed = data[: 20 * SIZE + 7] + b"changed" + data[20 * SIZE + 14 :]
    answer = put_map(box, "c/o", as_json(changed))
    assert (answer.status, answer.lines) == (409, [digest(changed[20 * SIZE : 21 * SIZE])])
    assert box.get("c/o").body == data
    send_blocks(box, changed[20 * SIZE : 21 * SIZE])
    assert put_map(box, "c/o", as_json(changed)).status == 201
    assert box.get("c/o").body == changed


@pytest.mark.requirement("R33", "R88")
def test_where_there_is_no_container_nothing_is_missing(box: Client) -> None:
    assert put_map(box, "none/o", as_json(b"data")).status == 404
