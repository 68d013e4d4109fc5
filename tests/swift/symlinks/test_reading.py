"""Symlinks: what they read as (contract/swift.md, d)."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.swift.client import SwiftClient
from tests.swift.symlinks.making import BYTES, EMPTY, ETAG, ITSELF, TARGET, link


def of(version: str) -> dict[str, Any]:
    return {"version-id": version}


@pytest.mark.requirement("S54")
def test_a_symlink_reads_as_its_target(linked: SwiftClient) -> None:
    for answer in (linked.get("c/l"), linked.head("c/l")):
        assert (answer.status, answer["Content-Type"]) == (200, "text/x-o")
        assert answer["Content-Location"] == linked.url("c/o")
        assert (answer["X-Object-Meta-A"], answer.get(TARGET)) == ("of o", None)
        assert answer["ETag"] == linked.head("c/o")["ETag"]
        assert answer["X-Object-Version-Id"] == linked.head("c/o")["X-Object-Version-Id"]
    assert (linked.get("c/l").body, linked.head("c/l")["Content-Length"]) == (b"bytes of o", "10")
    assert linked.get("c/o").get("Content-Location") is None


def test_ranges_and_conditions_are_those_of_the_target(linked: SwiftClient) -> None:
    etag = linked.head("c/o")["ETag"]
    part = linked.get("c/l", {"Range": "bytes=0-4"})
    assert (part.status, part.body, part["Content-Range"]) == (206, b"bytes", "bytes 0-4/10")
    assert linked.get("c/l", {"Range": "bytes=10-"}).status == 416
    assert linked.get("c/l", {"If-None-Match": etag}).status == 304
    assert linked.get("c/l", {"If-Match": etag}).status == 200
    assert linked.head("c/l", {"If-Match": EMPTY}).status == 412


@pytest.mark.requirement("S55")
def test_the_symlink_itself_is_an_object_without_bytes(box: SwiftClient) -> None:
    stored = link(box, "c/l", "c/nothing", Content_Type="a/b", X_Object_Meta_B="of l")
    assert (stored.status, stored["ETag"]) == (201, EMPTY)
    for answer in (box.get("c/l", **ITSELF), box.head("c/l", **ITSELF)):
        assert (answer.status, answer[TARGET], answer["ETag"]) == (200, "c/nothing", EMPTY)
        assert (answer["Content-Type"], answer["X-Object-Meta-B"]) == ("a/b", "of l")
        assert (answer["Content-Length"], answer.body) == ("0", b"")
        assert answer.get("Content-Location") is None
    assert box.get("c/l").status == box.head("c/l").status == 404
    box.put("c/nothing", b"there")
    assert box.get("c/l").body == b"there"
    assert box.get("c/nothing", **ITSELF).body == b"there"


@pytest.mark.requirement("S56")
def test_two_symlinks_are_followed_and_not_three(linked: SwiftClient) -> None:
    link(linked, "c/l2", "c/l")
    link(linked, "c/l3", "c/l2")
    assert linked.get("c/l2").body == b"bytes of o"
    assert linked.head("c/l2")["Content-Location"] == linked.url("c/o")
    assert linked.get("c/l2", **ITSELF)[TARGET] == "c/l"
    for answer in (linked.get("c/l3"), linked.head("c/l3")):
        assert answer.status == 409
    assert b"maximum allowed is 2" in linked.get("c/l3").body
    assert linked.raw("GET", "/info").json["symlink"] == {"symloop_max": 2, "static_links": True}


def test_loops_end(box: SwiftClient) -> None:
    link(box, "c/a", "c/b")
    link(box, "c/b", "c/a")
    assert [box.get(f"c/{name}").status for name in "ab"] == [409, 409]
    assert [box.get(f"c/{name}", **ITSELF).status for name in "ab"] == [200, 200]


@pytest.mark.requirement("S57")
def test_a_static_symlink_reads_as_what_its_target_was(linked: SwiftClient) -> None:
    etag = linked.head("c/o")["ETag"]
    assert link(linked, "c/s", "c/o", X_Symlink_Target_Etag=f'"{etag}"').status == 201
    itself = linked.head("c/s", **ITSELF)
    assert (itself[ETAG], itself[BYTES], itself["Content-Length"]) == (etag, "10", "0")
    assert linked.get("c/s").body == b"bytes of o"
    linked.put("c/o", b"other")
    assert (linked.get("c/s").status, linked.head("c/s").status) == (409, 409)
    assert linked.get("c/l").body == b"other"
    linked.put("c/o", b"bytes of o")
    assert linked.get("c/s").body == b"bytes of o"
    linked.delete("c/o")
    assert linked.get("c/s").status == 404


@pytest.mark.requirement("S57")
def test_a_static_symlink_is_judged_as_it_is_stored(linked: SwiftClient) -> None:
    etag = linked.head("c/o")["ETag"]
    for target, wanted, status in (
        ("c/o", EMPTY, 409),
        ("c/nothing", etag, 409),
        ("nowhere/o", etag, 409),
        ("c/o", "no hash", 400),
        ("c/o", etag[1:], 400),
        ("c/o", "", 400),
    ):
        assert link(linked, "c/s", target, X_Symlink_Target_Etag=wanted).status == status
    assert linked.head("c/s", **ITSELF).status == 404


def test_static_symlinks_in_a_row_all_mean_the_object_at_its_end(linked: SwiftClient) -> None:
    etag = linked.head("c/o")["ETag"]
    assert link(linked, "c/s2", "c/l", X_Symlink_Target_Etag=etag).status == 201
    assert linked.head("c/s2", **ITSELF)[BYTES] == "10"
    assert linked.get("c/s2").body == b"bytes of o"
    linked.put("c/o", b"other")
    assert linked.get("c/s2").status == 409


@pytest.mark.requirement("S58")
def test_listings_tell_symlinks(linked: SwiftClient) -> None:
    etag = linked.head("c/o")["ETag"]
    link(linked, "c/s", quote("c/ä b%"), X_Symlink_Target_Account="AUTH_other")
    linked.put("c/ä b%", b"x")
    link(linked, "c/t", "c/o", X_Symlink_Target_Etag=etag)
    for query in ({}, {"delimiter": "/"}, {"reverse": "true"}):
        listed = {each["name"]: each for each in linked.get("c", None, format="json", **query).json}
        assert "symlink_path" not in listed["o"]
        assert (listed["l"]["bytes"], listed["l"]["hash"]) == (0, EMPTY)
        assert listed["l"]["symlink_path"] == linked.url("c/o")
        assert "symlink_etag" not in listed["l"]
        assert listed["s"]["symlink_path"] == "/v1/AUTH_other/c/%C3%A4%20b%25"
        assert (listed["t"]["symlink_etag"], listed["t"]["symlink_bytes"]) == (etag, 10)
    assert linked.head("c")["X-Container-Bytes-Used"] == "11"


@pytest.mark.requirement("S58")
def test_lists_of_versions_tell_symlinks(linked: SwiftClient) -> None:
    etag = linked.head("c/o")["ETag"]
    link(linked, "c/t", "c/o", X_Symlink_Target_Etag=etag)
    link(linked, "c/t", "c/o", X_Symlink_Target_Account="AUTH_other")
    linked.delete("c/t")
    listed = linked.get("c", None, format="json", versions="").json
    deleted, elsewhere, static = (each for each in listed if each["name"] == "t")
    assert "symlink_path" not in deleted
    assert elsewhere["symlink_path"] == "/v1/AUTH_other/c/o"
    assert "symlink_etag" not in elsewhere
    assert static["symlink_path"] == linked.url("c/o")
    assert (static["symlink_etag"], static["symlink_bytes"], static["bytes"]) == (etag, 10, 0)
    xml = linked.get("c", None, format="xml", versions="").xml
    assert xml.findtext("object[name='l']/symlink_path") == linked.url("c/o")
    assert xml.find("object[name='o']/symlink_path") is None


def test_names_are_percent_encoded(box: SwiftClient) -> None:
    box.put("ö c")
    box.put("ö c/d/ä%41", b"bytes")
    assert link(box, "c/l", quote("ö c/d/ä%41")).status == 201
    assert box.get("c/l").body == b"bytes"
    assert box.head("c/l", **ITSELF)[TARGET] == quote("ö c/d/ä%41")
    assert box.head("c/l")["Content-Location"] == box.url("ö c/d/ä%41")
    raw = "ö c/d/ä%2541".encode().decode("latin-1")
    assert link(box, "c/m", raw).status == 201
    assert box.get("c/m").body == b"bytes"


def test_the_present_is_read_by_a_version_of_a_symlink(linked: SwiftClient) -> None:
    was = linked.head("c/l", **ITSELF)["X-Object-Version-Id"]
    linked.put("c/l", b"no symlink any more")
    linked.put("c/o", b"now")
    assert linked.get("c/l", **of(was)).body == b"now"
    assert linked.head("c/l", **of(was), **ITSELF)[TARGET] == "c/o"
