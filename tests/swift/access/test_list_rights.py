"""What the lists of a container's readers and writers give, and what they do not."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.swift.client import SwiftClient, visit

OLD = b"what was before"
PAST: list[dict[str, Any]] = [
    {"version": "list", "format": "json"},
    {"version": "{old}"},
    {"version": "{old}", "hashmap": "", "format": "json"},
    {"version": "{new}"},
    {"version": "999999999"},
    {"version": "junk"},
]
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def olga(box: SwiftClient) -> SwiftClient:
    """The owner of ``c/o``, which was another before, and of ``c/gone``, which is deleted."""
    box.put("c/o", OLD)
    box.put("c/o", b"now")
    box.put("c/gone", OLD)
    box.delete("c/gone")
    return box


@pytest.fixture
def igor(new_swift_user: Callable[[], SwiftClient]) -> SwiftClient:
    user = new_swift_user()
    user.put("mine")
    return user


def serials(olga: SwiftClient, name: str) -> list[str]:
    told = olga.pithos.get(name, version="list", format="json").json["versions"]
    return [str(serial) for serial, _ in told]


def asked(olga: SwiftClient, name: str, query: dict[str, Any]) -> dict[str, Any]:
    old, *_, new = [*serials(olga, name), "0"] if name == "c/gone" else serials(olga, name)
    return {key: value.format(old=old, new=new) for key, value in query.items()}


@pytest.mark.parametrize("query", PAST, ids=str)
@pytest.mark.parametrize("name", ["c/o", "c/gone", "c/none"])
@pytest.mark.parametrize("readers", [".r:*", ".r:*,.rlistings", "{igor}", "*", "{olga}:pals"])
def test_who_reads_by_a_list_sees_nothing_of_the_past(
    olga: SwiftClient, igor: SwiftClient, readers: str, name: str, query: dict[str, Any]
) -> None:
    olga.post(headers={"X-Account-Group-Pals": igor.account})
    shown = readers.format(igor=igor.account, olga=olga.account)
    assert olga.post("c", headers={"X-Container-Read": shown}).status == 204
    wanted = asked(olga, "c/gone" if name == "c/gone" else "c/o", query)
    there = visit(igor, olga)
    for client in (there, there.pithos):
        assert [client.get(name, **wanted).status, client.head(name, **wanted).status] == [403] * 2
    assert olga.anonymous("GET", name, None, **wanted).status == 401
    assert there.get("c/o").body == b"now"


@pytest.mark.parametrize("name", ["c/o", "c/gone"])
def test_nor_copies_of_it(olga: SwiftClient, igor: SwiftClient, name: str) -> None:
    olga.post("c", headers={"X-Container-Read": f".r:*,.rlistings,{igor.account}"})
    igor.put("mine/o", b"mine")
    for serial in (serials(olga, name)[0], "999999999", "junk"):
        version = {"X-Source-Version": serial}
        source = {**version, "X-Source-Account": olga.account}
        copied = {**source, "X-Copy-From": f"/{name}"}
        assert igor.put("mine/copy", headers=copied).status == 403
        assert igor.pithos.put("mine/copy", headers=copied).status == 403
        into = {**version, "Destination": "mine/copy", "Destination-Account": igor.account}
        assert visit(igor, olga).request("COPY", name, headers=into).status == 403
        update = {**source, "X-Source-Object": f"/{name}", "Content-Range": "bytes */*"}
        assert igor.post("mine/o", headers=update).status == 403
    assert igor.names("mine") == ["o"]


@pytest.mark.parametrize("until", ["1", "9999999999"])
def test_nor_listings_of_it(olga: SwiftClient, igor: SwiftClient, until: str) -> None:
    olga.post("c", headers={"X-Container-Read": f".r:*,.rlistings,{igor.account}"})
    there = visit(igor, olga)
    assert there.get("c", until=until).status == 403
    assert there.pithos.get("c", until=until).status == 403
    assert there.pithos.head("c", until=until).status == 403
    assert olga.anonymous("GET", "c", None, until=until).status == 401
    assert there.names("c") == ["o"]


def test_who_is_granted_an_object_sees_its_past_beside_a_list(
    olga: SwiftClient, igor: SwiftClient
) -> None:
    olga.post("c", headers={"X-Container-Read": ".r:*", "X-Container-Write": igor.account})
    old = serials(olga, "c/o")[0]
    there = visit(igor, olga).pithos
    assert there.get("c/o", version=old).status == 403
    olga.pithos.post("c/o", None, {"X-Object-Sharing": f"read={igor.account}"}, update="")
    assert there.get("c/o", version=old).body == OLD
    assert there.put("c/o", b"by both", OCTETS).status == 201


def test_who_only_writes_reads_and_lists_nothing(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.post("c", headers={"X-Container-Write": igor.account})
    there = visit(igor, olga)
    for client in (there, there.pithos):
        for name in ("c/o", "c/none", "c"):
            assert [client.get(name).status, client.head(name).status] == [403] * 2
        assert client.get("c/o", version="list", format="json").status == 403
        into = {"Destination": "/mine/o", "Destination-Account": igor.account}
        assert client.request("COPY", "c/o", headers=into).status == 403
        assert client.request("COPY", "c/o", headers={"Destination": "/c/p"}).status == 403
        assert client.head("").status == 403
    assert igor.names("mine") == []


def test_who_only_writes_writes(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.post("c", headers={"X-Container-Write": igor.account})
    igor.put("mine/o", b"mine")
    there = visit(igor, olga)
    copied = {"X-Copy-From": "/mine/o", "X-Copy-From-Account": igor.account}
    for client in (there, there.pithos):
        assert client.put("c/o", b"new").status == 201
        assert client.post("c/o", headers={"X-Object-Meta-A": "1"}).status == 202
        assert client.post("c", b"block", OCTETS, update="").status == 202
    assert there.put("c/copy", headers=copied).status == 201
    assert olga.head("c/o")["X-Object-Meta-A"] == "1"
    assert olga.get("c/copy").body == b"mine"


@pytest.mark.parametrize("place", ["bytes */*", "bytes 0-0/*", "bytes 99-99/*", "bytes 0-0/9"])
def test_who_only_writes_changes_no_part(olga: SwiftClient, igor: SwiftClient, place: str) -> None:
    """The answer would tell the size or the MD5 of what they may not read."""
    olga.post("c", headers={"X-Container-Write": igor.account})
    answer = visit(igor, olga).post("c/o", b"x", {**OCTETS, "Content-Range": place})
    assert (answer.status, answer.get("ETag"), answer.get("Content-Range")) == (403, None, None)
    assert olga.get("c/o").body == b"now"


def test_conditions_of_who_only_writes_tell_no_etag(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.post("c", headers={"X-Container-Write": igor.account})
    etag = olga.head("c/o")["ETag"]
    for name, value in (("If-Match", "0" * 32), ("If-None-Match", "*"), ("If-None-Match", etag)):
        answer = visit(igor, olga).put("c/o", b"x", {name: value})
        assert (answer.status, answer.get("ETag")) == (412, None)
        assert etag.encode() not in answer.body


def test_who_only_writes_reads_no_part_through_a_manifest(
    olga: SwiftClient, igor: SwiftClient
) -> None:
    olga.post("c", headers={"X-Container-Write": igor.account})
    olga.put("open", headers={"X-Container-Read": igor.account, "X-Container-Write": igor.account})
    there = visit(igor, olga)
    there.put("open/dynamic", b"", {"X-Object-Manifest": "c/"})
    assert b"now" not in there.get("open/dynamic").body
    static: dict[str, Any] = {"multipart-manifest": "put"}
    assert there.put("open/static", b'[{"path": "c/o"}]', **static).status in {400, 403}


def test_writers_delete_in_swifts_dialect(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.post("c", headers={"X-Container-Write": igor.account})
    there = visit(igor, olga)
    assert there.pithos.delete("c/o").status == 403
    assert there.pithos.delete("c/o", until="9").status == 403
    assert there.delete("c/o", delimiter="/").status == 403
    assert there.delete("c").status == 403
    assert [there.delete("c/o").status, there.delete("c/o").status] == [204, 404]
    assert olga.get("c/o").status == 404
    passing = {"X-Delete-After": "500"}
    assert there.put("c/new", b"x", passing).status == 201
    lines: dict[str, Any] = {"bulk-delete": "", "format": "json"}
    assert b'"Number Deleted":1' in there.post("", b"c/new", **lines).body
    assert olga.names("c") == []


def test_readers_delete_nothing(olga: SwiftClient, igor: SwiftClient) -> None:
    olga.post("c", headers={"X-Container-Read": f".r:*,{igor.account}"})
    assert visit(igor, olga).delete("c/o").status == 403
    assert olga.anonymous("DELETE", "c/o").status == 401
    lines: dict[str, Any] = {"bulk-delete": "", "format": "json"}
    assert b"403 Forbidden" in visit(igor, olga).post("", b"c/o", **lines).body
    assert olga.get("c/o").body == b"now"


def test_who_reads_by_a_list_does_not_learn_who_else_does(
    olga: SwiftClient, igor: SwiftClient
) -> None:
    olga.post("c", headers={"X-Container-Read": f".r:*,.rlistings,{igor.account}"})
    olga.pithos.post("c/o", None, {"X-Object-Sharing": "read=ann"}, update="")
    there = visit(igor, olga).pithos
    for answer in (there.head("c/o"), olga.anonymous("HEAD", "c/o")):
        assert (answer.status, answer.get("X-Object-Sharing")) == (200, None)
    assert b"ann" not in there.get("c", format="json").body
    assert (there.names("c", shared=""), there.names("c")) == ([], ["o"])
    assert olga.anonymous("GET", "c", None, shared="").status == 204
    olga.pithos.post("c/o", None, {"X-Object-Sharing": f"read=ann,{igor.account}"}, update="")
    assert "ann" in there.head("c/o")["X-Object-Sharing"]
    assert there.get("c", format="json").json[0]["x_object_allowed_to"] == "read"
    assert there.names("c", shared="") == ["o"]
