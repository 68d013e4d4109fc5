"""Objects as lists of blocks: GET and PUT with ``hashmap`` (contract §1, §2.4, §6)."""

import hashlib
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.api.client import Answer, Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged

BINARY = {"Content-Type": "application/octet-stream"}
EMPTY = hashlib.sha256(b"").hexdigest()
SIZE = BLOCK_SIZE
CONTENTS = {
    "empty": b"",
    "short": b"abc",
    "nuls behind": b"ab\0\0",
    "all nuls": b"\0" * 100,
    "one block": b"1" * SIZE,
    "a block and one": b"1" * SIZE + b"2",
    "equal blocks": b"1" * SIZE * 3 + b"23",
    "a block of nuls inside": b"1" * SIZE + b"\0" * SIZE + b"2" * 5,
    "blocks ending in nuls": (b"1" * (SIZE - 9) + b"\0" * 9) * 2 + b"2\0\0",
    "nuls at last": b"1" * SIZE * 2 + b"\0" * 70,
}
each_content = pytest.mark.parametrize("data", CONTENTS.values(), ids=CONTENTS.keys())


def blocks(data: bytes) -> list[bytes]:
    return [data[start : start + SIZE] for start in range(0, len(data), SIZE)] or [b""]


def digest(block: bytes) -> str:
    return hashlib.sha256(block.rstrip(b"\0")).hexdigest()


def digests(data: bytes) -> list[str]:
    return [digest(block) for block in blocks(data)]


def as_json(data: bytes) -> bytes:
    return json.dumps({"bytes": len(data), "hashes": digests(data)}).encode()


def as_xml(data: bytes) -> bytes:
    root = ElementTree.Element("object", bytes=str(len(data)))
    for name in digests(data):
        ElementTree.SubElement(root, "hash").text = name
    return ElementTree.tostring(root)


def put_map(client: Client, path: str, body: bytes, headers: Any = None, **query: Any) -> Answer:
    return client.put(path, body, headers, hashmap="", **query)


def send_blocks(client: Client, data: bytes, container: str = "c") -> None:
    assert client.post(container, data, BINARY, update="").status == 202


@pytest.mark.requirement("R83")
@each_content
def test_the_map_in_json(box: Client, data: bytes) -> None:
    box.put("c/o", data)
    answer = box.get("c/o", hashmap="", format="json")
    assert answer.json == {
        "block_hash": "sha256",
        "hashes": digests(data),
        "block_size": SIZE,
        "bytes": len(data),
    }
    assert answer["Content-Length"] == str(len(answer.body))


@pytest.mark.requirement("R83")
@pytest.mark.parametrize("name", ["o", '<a&b> "ü" 日本'])
@each_content
def test_the_map_in_xml(box: Client, data: bytes, name: str) -> None:
    box.put(f"c/{name}", data)
    root = box.get(f"c/{name}", hashmap="", format="xml").xml
    about = {"name": name, "bytes": str(len(data)), "block_size": str(SIZE)}
    assert (root.tag, root.attrib) == ("object", {**about, "block_hash": "sha256"})
    assert [(item.tag, item.text) for item in root] == [("hash", name) for name in digests(data)]


@pytest.mark.requirement("R83")
@pytest.mark.parametrize("range_", ["bytes=0-1", "bytes=99999999-"])
def test_the_map_comes_with_the_objects_headers_and_whole(box: Client, range_: str) -> None:
    box.put("c/o", b"data", {"Content-Type": "image/png", "X-Object-Meta-Hue": "red"})
    answer = box.get("c/o", {"Range": range_}, hashmap="", format="json")
    assert (answer.status, answer.json["bytes"]) == (200, 4)
    assert answer.meta("X-Object-") == box.head("c/o").meta("X-Object-")
    assert answer["ETag"] == hashlib.md5(b"data").hexdigest()


@pytest.mark.requirement("R83")
def test_conditions_on_a_map(box: Client) -> None:
    etag = box.put("c/o", b"data")["ETag"]
    query = {"hashmap": "", "format": "json"}
    assert box.get("c/o", {"If-None-Match": etag}, **query).status == 304
    assert box.get("c/o", {"If-Match": "0" * 32}, **query).status == 412
    assert box.get("c/o", {"If-Match": etag}, **query).status == 200


@pytest.mark.requirement("R84", "R89")
@each_content
def test_a_map_gives_the_same_object_as_its_data(box: Client, data: bytes) -> None:
    box.put("c/plain", data)
    hashmap = box.get("c/plain", hashmap="", format="json").body
    assert put_map(box, "c/mapped", hashmap).status == 201
    plain, mapped = box.get("c/plain"), box.get("c/mapped")
    assert mapped.body == plain.body
    for name in ("ETag", "X-Object-Hash", "Content-Length"):
        assert mapped[name] == plain[name]


@pytest.mark.requirement("R85")
def test_the_xml_of_get_can_be_put(box: Client) -> None:
    data = CONTENTS["equal blocks"]
    box.put("c/o", data)
    hashmap = box.get("c/o", hashmap="", format="xml").body
    assert put_map(box, "c/p", hashmap, format="xml").status == 201
    assert box.get("c/p").body == data


@pytest.mark.requirement("R84", "R85")
@pytest.mark.parametrize(
    ("write", "headers", "query"),
    [
        (as_json, {}, {"format": "json"}),
        (as_json, {"Accept": "application/json"}, {}),
        (as_json, {"Accept": "application/xml"}, {"format": "json"}),
        (as_xml, {}, {"format": "xml"}),
        (as_xml, {"Accept": "text/xml"}, {}),
        (as_xml, {"Accept": "application/json"}, {"format": "xml"}),
    ],
)
def test_the_form_of_the_body(box: Client, write: Any, headers: Any, query: Any) -> None:
    send_blocks(box, b"data")
    assert put_map(box, "c/o", write(b"data"), headers, **query).status == 201
    other = as_xml if write is as_json else as_json
    assert put_map(box, "c/p", other(b"data"), headers, **query).status == 400


@pytest.mark.requirement("R84")
def test_the_type_and_metadata_come_from_headers(box: Client) -> None:
    headers = {
        "Content-Type": "image/svg+xml",
        "Content-Disposition": 'attachment; filename="a"',
        "X-Object-Meta-Hue": "red",
        "X-Object-Public": "true",
        "X-Object-Sharing": "read=*",
    }
    assert put_map(box, "c/o", as_json(b""), headers).status == 201
    answer = box.get("c/o")
    for name in ("Content-Type", "Content-Disposition", "X-Object-Meta-Hue", "X-Object-Sharing"):
        assert answer[name] == headers[name]
    assert answer["X-Object-Public"]
    assert put_map(box, "c/o", as_json(b"")).status == 201
    answer = box.get("c/o")
    assert (answer.get("X-Object-Meta-Hue"), answer["X-Object-Sharing"]) == (None, "read=*")


@pytest.mark.requirement("R63", "R84")
@pytest.mark.parametrize("hashes", [[], [EMPTY]])
def test_the_map_of_an_empty_object(box: Client, hashes: list[str]) -> None:
    body = json.dumps({"bytes": 0, "hashes": hashes}).encode()
    assert put_map(box, "c/o", body).status == 201
    assert box.get("c/o").body == b""
    assert box.get("c/o", hashmap="", format="json").json["hashes"] == [EMPTY]


@pytest.mark.requirement("R82", "R84")
def test_conditions_on_the_put_of_a_map(box: Client) -> None:
    body = as_json(b"")
    assert put_map(box, "c/o", body, {"If-Match": "*"}).status == 412
    created = put_map(box, "c/o", body, {"If-None-Match": "*"})
    assert created.status == 201
    with unchanged(box):
        assert put_map(box, "c/o", body, {"If-None-Match": "*"}).status == 412
        assert put_map(box, "c/o", body, {"If-None-Match": created["ETag"]}).status == 412
        assert put_map(box, "c/o", body, {"If-Match": "0" * 32}).status == 412
        # Conditions come before the body: nobody sends blocks for what cannot be.
        missing = json.dumps({"bytes": 1, "hashes": ["0" * 64]}).encode()
        assert put_map(box, "c/o", missing, {"If-None-Match": "*"}).status == 412
    assert put_map(box, "c/o", body, {"If-Match": created["ETag"]}).status == 201


@pytest.mark.requirement("R62", "R89")
@pytest.mark.parametrize("data", [b"data", CONTENTS["blocks ending in nuls"]])
def test_the_md5_that_the_map_must_have(box: Client, data: bytes) -> None:
    send_blocks(box, data)
    with unchanged(box):
        assert put_map(box, "c/o", as_json(data), {"ETag": "0" * 32}).status == 422
    right = hashlib.md5(data).hexdigest().upper()
    assert put_map(box, "c/o", as_json(data), {"ETag": f'"{right}"'}).status == 201


@pytest.mark.requirement("R84")
def test_digests_in_capitals_are_the_same(box: Client) -> None:
    send_blocks(box, b"data")
    body = as_json(b"data").decode()
    capitals = re.sub(r"[0-9a-f]{64}", lambda found: found[0].upper(), body).encode()
    assert put_map(box, "c/o", capitals).status == 201
    assert box.get("c/o", hashmap="", format="json").json["hashes"] == digests(b"data")


@pytest.mark.requirement("R88", "R64")
@pytest.mark.parametrize("room", [0, 1, 9])
def test_a_last_block_longer_than_its_room_is_refused(box: Client, room: int) -> None:
    """Else the rest would be hidden, and come to light with a larger map."""
    send_blocks(box, b"1" * SIZE)
    send_blocks(box, b"0123456789")
    names = [digest(b"1" * SIZE), digest(b"0123456789")]
    if room == 0:
        names = names[:1]
    size = SIZE - 1 if room == 0 else SIZE + room
    body = json.dumps({"bytes": size, "hashes": names}).encode()
    with unchanged(box):
        assert put_map(box, "c/o", body).status == 400


@pytest.mark.requirement("R64", "R89")
@pytest.mark.parametrize("behind", [0, 1, 100, SIZE - 10])
def test_short_blocks_are_filled_up_with_nuls(box: Client, behind: int) -> None:
    send_blocks(box, b"0123456789")
    name = digest(b"0123456789")
    body = json.dumps({"bytes": SIZE + 10 + behind, "hashes": [name, name]}).encode()
    data = b"0123456789".ljust(SIZE, b"\0") + b"0123456789" + b"\0" * behind
    answer = put_map(box, "c/o", body)
    assert (answer.status, answer["ETag"]) == (201, hashlib.md5(data).hexdigest())
    assert box.get("c/o").body == data


@pytest.mark.requirement("R137")
def test_maps_count_for_the_quota(box: Client) -> None:
    box.post("c", headers={"X-Container-Policy-Quota": "5"}, update="")
    send_blocks(box, b"123456")
    with unchanged(box):
        assert put_map(box, "c/o", as_json(b"123456")).status == 413
    send_blocks(box, b"12345")
    assert put_map(box, "c/o", as_json(b"12345")).status == 201


@pytest.mark.requirement("R83", "R136")
def test_the_map_of_a_manifest_is_its_own(box: Client) -> None:
    box.put("c/part", b"12345")
    box.put("c/o", b"raw", {"X-Object-Manifest": "c/part"})
    hashmap = box.get("c/o", hashmap="", format="json").json
    assert (hashmap["bytes"], hashmap["hashes"]) == (3, digests(b"raw"))
    assert box.get("c/o").body == b"12345"


@pytest.mark.requirement("R83", "R33")
@pytest.mark.parametrize("path", ["c/none", "none/o"])
def test_what_is_missing_has_no_map(box: Client, path: str) -> None:
    assert box.get(path, hashmap="", format="json").status == 404
