"""The versions of an object: listed, read, restored; and the UUID that goes along (contract §1)."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from pithos_api.models import Version
from tests.api.client import Client
from tests.api.server import BLOCK_SIZE
from tests.api.state import unchanged

BIG = bytes(range(1, 251)) * 700  # three blocks
JUNK = ["0", "-1", "x", "", "1.5", "1e3", "0x1", "+1", str(2**63 - 1), str(2**63), "9" * 5000, "١"]


def serials(client: Client, path: str = "c/o") -> list[int]:
    answer = client.get(path, version="list", format="json")
    assert answer.status == 200
    return [serial for serial, _ in answer.json["versions"]]


@pytest.fixture
def old(box: Client) -> list[int]:
    """Serials of four states of ``c/o``: data, metadata, more data, type; then it is deleted."""
    box.put("c/o", b"first", {"X-Object-Meta-Hue": "red", "Content-Type": "text/a"})
    box.post("c/o", headers={"X-Object-Meta-Hue": "blue"})
    box.put("c/o", BIG, {"Content-Type": "text/c"})
    box.request("MOVE", "c/o", None, {"Destination": "/c/o", "Content-Type": "text/d"})
    found = serials(box)
    assert len(found) == 4
    assert box.delete("c/o").status == 204
    return found


@pytest.mark.requirement("R91")
def test_every_change_of_data_or_metadata_adds_a_version(box: Client) -> None:
    append = {"Content-Type": "application/octet-stream", "Content-Range": "bytes */*"}
    steps: list[tuple[str, Any, dict[str, str], dict[str, str]]] = [
        ("PUT", b"1", {}, {}),
        ("PUT", b"1", {}, {}),
        ("POST", None, {"X-Object-Meta-A": "1"}, {}),
        ("POST", None, {"X-Object-Meta-B": "1"}, {"update": ""}),
        ("POST", None, {}, {}),
        ("POST", b"more", append, {"update": ""}),
        ("COPY", None, {"Destination": "/c/o"}, {}),
        ("MOVE", None, {"Destination": "/c/o"}, {}),
    ]
    for count, (method, body, headers, query) in enumerate(steps, 1):
        assert box.request(method, "c/o", body, headers, **query).status < 300
        found = serials(box)
        assert len(found) == count
        assert int(box.head("c/o")["X-Object-Version"]) == found[-1]
    assert found == sorted(set(found))


@pytest.mark.requirement("R91")
@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"X-Object-Sharing": "read=*"}, {"update": ""}),
        ({"X-Object-Public": "true"}, {"update": ""}),
        ({}, {"update": ""}),
    ],
)
def test_sharing_and_publishing_add_no_version(
    box: Client, headers: dict[str, str], query: dict[str, str]
) -> None:
    box.put("c/o", b"1")
    before = serials(box)
    assert box.post("c/o", headers=headers, **query).status == 202
    assert serials(box) == before


@pytest.mark.requirement("R91")
def test_the_list_in_json(box: Client) -> None:
    box.put("c/o", b"1")
    box.put("c/o", b"2")
    answer = box.get("c/o", version="list", format="json")
    assert set(answer.json) == {"versions"}
    (first, then), (second, now) = answer.json["versions"]
    assert (type(first), type(second)) == (int, int)
    assert first < second == int(box.head("c/o")["X-Object-Version"])
    assert all(re.fullmatch(r"\d{10}\.\d{6}", moment) for moment in (then, now))
    assert float(then) < float(now)


@pytest.mark.requirement("R91")
@pytest.mark.parametrize("name", ["o", '<a&b> "ü" 日本'])
def test_the_list_in_xml(box: Client, name: str) -> None:
    box.put(f"c/{name}", b"1")
    box.put(f"c/{name}", b"2")
    answer = box.get(f"c/{name}", version="list", format="xml")
    assert (answer.status, answer.xml.tag, answer.xml.attrib) == (200, "object", {"name": name})
    pairs = [[int(item.text or ""), item.get("timestamp")] for item in answer.xml]
    assert {item.tag for item in answer.xml} == {"version"}
    assert pairs == box.get(f"c/{name}", version="list", format="json").json["versions"]


@pytest.mark.requirement("R91")
@pytest.mark.parametrize("accept", ["application/json", "application/xml", "text/xml"])
def test_accept_chooses_the_form_of_the_list(box: Client, accept: str) -> None:
    box.put("c/o", b"1")
    answer = box.get("c/o", {"Accept": accept}, version="list")
    assert (answer.status, accept.endswith("json")) == (200, answer.body.startswith(b"{"))


@pytest.mark.requirement("R90")
@pytest.mark.parametrize("query", [{}, {"format": "text"}, {"format": "yaml"}])
@pytest.mark.parametrize("what", [{"version": "list"}, {"hashmap": ""}])
def test_lists_need_a_format(box: Client, what: dict[str, Any], query: dict[str, Any]) -> None:
    box.put("c/o", b"1")
    assert box.get("c/o", **what, **query).status == 400


@pytest.mark.requirement("R93")
@pytest.mark.parametrize("path", ["c/none", "none/o", "c/o/", "c/O"])
def test_what_never_was_has_no_list(box: Client, path: str) -> None:
    box.put("c/o", b"1")
    assert box.get(path, version="list", format="json").status == 404


@pytest.mark.requirement("R92", "R94")
@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (0, (b"first", "text/a", "red")),
        (1, (b"first", "text/a", "blue")),
        (2, (BIG, "text/c", None)),
        (3, (BIG, "text/d", None)),
    ],
)
def test_each_version_is_read_as_it_was(
    box: Client, old: list[int], index: int, expected: tuple[bytes, str, str | None]
) -> None:
    answer = box.get("c/o", version=old[index])
    assert answer.status == 200
    assert (answer.body, answer["Content-Type"], answer.get("X-Object-Meta-Hue")) == expected
    assert answer["ETag"] == hashlib.md5(expected[0]).hexdigest()
    assert int(answer["X-Object-Version"]) == old[index]
    head = box.head("c/o", version=old[index])
    assert (head.status, head["Content-Length"]) == (200, str(len(expected[0])))
    assert head.meta("X-Object-") == answer.meta("X-Object-")


@pytest.mark.requirement("R92")
def test_ranges_and_hashmaps_of_a_version(box: Client, old: list[int]) -> None:
    answer = box.get("c/o", {"Range": f"bytes={BLOCK_SIZE - 2}-{BLOCK_SIZE + 1}"}, version=old[2])
    assert (answer.status, answer.body) == (206, BIG[BLOCK_SIZE - 2 : BLOCK_SIZE + 2])
    hashmap = box.get("c/o", version=old[2], hashmap="", format="json").json
    assert (hashmap["bytes"], len(hashmap["hashes"])) == (len(BIG), 3)
    etag = hashlib.md5(b"first").hexdigest()
    assert box.get("c/o", {"If-None-Match": etag}, version=old[0]).status == 304
    assert box.get("c/o", {"If-Match": etag}, version=old[2]).status == 412


@pytest.mark.requirement("R93")
@pytest.mark.parametrize("version", JUNK)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_names_no_version_is_not_found(box: Client, method: str, version: str) -> None:
    box.put("c/o", b"1")
    assert box.request(method, "c/o", None, version=version).status == 404


@pytest.mark.requirement("R93")
def test_a_version_belongs_to_its_path(box: Client, new_user: Callable[[], Client]) -> None:
    other = new_user()
    other.put("c")
    box.put("d")
    for client, path in [(box, "c/o"), (box, "c/p"), (box, "d/o"), (other, "c/o")]:
        client.put(path, b"secret of " + path.encode())
    (mine,) = serials(box, "c/o")
    for client, path in [(box, "c/p"), (box, "d/o"), (other, "c/o"), (box, "c/none")]:
        assert client.get(path, version=mine).status == 404
        assert client.head(path, version=mine).status == 404
        moved = client.request(
            "COPY", path, None, {"Destination": "/c/x", "X-Source-Version": str(mine)}
        )
        assert moved.status == 404


@pytest.mark.requirement("R93", "R94")
@pytest.mark.usefixtures("committed")
def test_a_deletion_is_no_version(box: Client, old: list[int]) -> None:
    tombstone = Version.objects.get(container__account__account=box.account, deleted=True)
    assert tombstone.serial not in serials(box) == old
    assert box.get("c/o", version=tombstone.serial).status == 404


@pytest.mark.requirement("R94", "R119")
def test_versions_survive_deletion_and_new_life(box: Client, old: list[int]) -> None:
    assert box.get("c/o").status == 404
    assert serials(box) == old
    box.put("c/o", b"again")
    assert serials(box)[:-1] == old
    assert box.delete("c/o").status == 204
    assert len(serials(box)) == 5
    assert box.get("c/o", version=old[0]).body == b"first"


@pytest.mark.requirement("R94", "R97")
@pytest.mark.parametrize("destination", ["o", "restored"])
def test_a_deleted_object_is_restored_from_a_version(
    box: Client, old: list[int], destination: str
) -> None:
    was = box.head("c/o", version=old[0])
    headers = {"Destination": f"/c/{destination}", "X-Source-Version": str(old[0])}
    assert box.request("COPY", "c/o", None, headers).status == 201
    answer = box.get(f"c/{destination}")
    assert (answer.status, answer.body, answer["Content-Type"]) == (200, b"first", "text/a")
    assert (answer["ETag"], answer["X-Object-Meta-Hue"]) == (was["ETag"], "red")
    assert answer["X-Object-UUID"] != was["X-Object-UUID"]


@pytest.mark.requirement("R94")
def test_a_deleted_object_is_restored_by_put(box: Client, old: list[int]) -> None:
    headers = {"X-Copy-From": "/c/o", "X-Source-Version": str(old[2])}
    assert box.put("c/new", headers=headers).status == 201
    assert box.get("c/new").body == BIG


@pytest.mark.requirement("R93")
@pytest.mark.parametrize("version", [junk for junk in JUNK if junk.isascii() and junk])
def test_nothing_is_copied_from_what_names_no_version(box: Client, version: str) -> None:
    box.put("c/o", b"1")
    with unchanged(box):
        headers = {"Destination": "/c/x", "X-Source-Version": version}
        assert box.request("COPY", "c/o", None, headers).status == 404
        headers = {"X-Copy-From": "/c/o", "X-Source-Version": version}
        assert box.put("c/x", headers=headers).status == 404


@pytest.mark.requirement("R95")
def test_a_past_version_shows_no_sharing(box: Client, new_user: Callable[[], Client]) -> None:
    guest = new_user()
    box.put("c/o", b"1", {"X-Object-Sharing": f"read={guest.account}", "X-Object-Public": "true"})
    box.put("c/o", b"22")
    for client in (box, guest):
        url = box.url("c/o", version=serials(box)[0])
        answer = client.raw("GET", url, None, {"X-Auth-Token": client.token})
        assert (answer.status, answer.body) == (200, b"1")
        for name in ("Sharing", "Shared-By", "Allowed-To", "Public"):
            assert answer.get(f"X-Object-{name}") is None


@pytest.mark.requirement("R95")
@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.usefixtures("committed")
def test_last_modified_of_a_version_is_that_of_the_newest(box: Client, deleted: bool) -> None:
    box.put("c/o", b"1")
    box.put("c/o", b"2")
    first, second = serials(box)
    aged = Version.objects.filter(serial=first)  # headers have whole seconds
    aged.update(valid_from=F("valid_from") - timedelta(hours=1))
    newest = box.head("c/o")["Last-Modified"]
    if deleted:
        box.delete("c/o")
        newest = box.head("c/o", version=second)["Last-Modified"]
    answer = box.head("c/o", version=first)
    assert answer["Last-Modified"] == newest
    assert answer["X-Object-Version-Timestamp"] != newest


@pytest.mark.requirement("R96")
def test_without_versioning_old_versions_cannot_be_read(api: Client) -> None:
    api.put("c", headers={"X-Container-Policy-Versioning": "none"})
    api.put("c/o", b"1")
    (first,) = serials(api)
    api.post("c/o", headers={"X-Object-Meta-A": "1"})
    api.put("c/o", b"2")
    assert len(serials(api)) == 1
    assert api.get("c/o", version=first).status == 404
    api.delete("c/o")
    assert serials(api) == []
