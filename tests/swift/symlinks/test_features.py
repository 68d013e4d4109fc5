"""Symlinks beside versions, archives, expiry, large objects, deletions of many, and the past."""

import json
import time
from collections.abc import Callable
from hashlib import md5
from typing import Any

import pytest

from tests.swift.client import SwiftClient
from tests.swift.symlinks.making import BYTES, ETAG, ITSELF, TARGET, link

PUT: dict[str, Any] = {"multipart-manifest": "put"}
GET: dict[str, Any] = {"multipart-manifest": "get"}


def test_a_version_of_a_symlink_is_a_symlink(linked: SwiftClient) -> None:
    linked.put("c", headers={"X-Versions-Enabled": "true"})
    first = linked.head("c/l", **ITSELF)["X-Object-Version-Id"]
    linked.put("c/l", b"plain")
    restored: dict[str, Any] = {"version-id": first}
    assert linked.put("c/l", b"", **restored).status == 201
    assert linked.get("c/l").body == b"bytes of o"
    assert linked.head("c/l", **ITSELF)[TARGET] == "c/o"


@pytest.mark.parametrize("kind", ["Versions", "History"])
def test_archives_keep_symlinks(linked: SwiftClient, kind: str) -> None:
    linked.put("archive")
    linked.post("c", headers={f"X-{kind}-Location": "archive"})
    linked.put("c/l", b"plain")
    linked.put("c/o", b"other")
    [kept] = [name for name in linked.names("archive") if name.startswith("001l/")]
    assert linked.head(f"archive/{kept}", **ITSELF)[TARGET] == "c/o"
    assert linked.get(f"archive/{kept}").body == b"other"
    linked.delete("c/l")
    back = linked.get("c/l", **ITSELF)
    assert (back.status, back.get(TARGET)) == ((200, "c/o") if kind == "Versions" else (404, None))


def test_a_symlink_and_a_target_expire_for_themselves(linked: SwiftClient) -> None:
    soon = {"X-Delete-After": "1"}
    assert linked.put("c/m", b"", {TARGET: "c/o", **soon}).status == 201
    linked.put("c/short", b"x", soon)
    link(linked, "c/n", "c/short")
    time.sleep(1.1)
    assert linked.get("c/m").status == linked.get("c/m", **ITSELF).status == 404
    assert (linked.get("c/n").status, linked.get("c/n", **ITSELF).status) == (404, 200)
    assert linked.get("c/o").status == 200


@pytest.fixture
def large(linked: SwiftClient) -> SwiftClient:
    """Also ``c/slo``, of ``c/o`` twice, and ``c/dlo``, of what is below ``c/p/``."""
    listed = json.dumps([{"path": "/c/o"}, {"path": "/c/o", "range": "0-4"}])
    assert linked.put("c/slo", listed, **PUT).status == 201
    linked.put("c/p/1", b"one,")
    linked.put("c/p/2", b"two")
    linked.put("c/dlo", b"", {"X-Object-Manifest": "c/p/"})
    return linked


@pytest.mark.requirement("S69")
def test_large_objects_are_read_by_symlinks(large: SwiftClient) -> None:
    link(large, "c/ls", "c/slo")
    link(large, "c/ld", "c/dlo")
    assert (large.get("c/ls").body, large.get("c/ld").body) == (b"bytes of obytes", b"one,two")
    assert large.get("c/ls", {"Range": "bytes=8-11"}).body == b" oby"[:2] + b"by"
    assert large.head("c/ls")["Content-Length"] == "15"
    assert large.head("c/ls")["ETag"] == large.head("c/slo")["ETag"]
    assert [each["bytes"] for each in large.get("c/ls", **GET).json] == [10, 10]
    assert large.request("COPY", "c/ls", None, {"Destination": "c/joined"}).status == 201
    assert large.get("c/joined").body == b"bytes of obytes"


def test_a_static_symlink_to_a_large_object_is_of_the_whole(large: SwiftClient) -> None:
    etag = large.head("c/slo")["ETag"].strip('"')
    assert link(large, "c/ls", "c/slo", X_Symlink_Target_Etag=etag).status == 201
    itself = large.head("c/ls", **ITSELF)
    assert (itself[ETAG], itself[BYTES]) == (etag, "15")
    assert large.get("c/ls").body == b"bytes of obytes"


@pytest.mark.requirement("S69")
def test_segments_may_be_symlinks(linked: SwiftClient) -> None:
    linked.put("c/p", b"of p")
    link(linked, "c/l2", "c/l")
    etag = md5(b"bytes of o").hexdigest()
    listed = json.dumps(
        [{"path": "/c/l", "etag": etag, "size_bytes": 10}, {"path": "/c/p"}, {"path": "/c/l2"}]
    )
    assert linked.put("c/slo", listed, **PUT).status == 201
    assert linked.get("c/slo").body == b"bytes of oof pbytes of o"
    assert linked.head("c/slo")["Content-Length"] == "24"
    linked.put("c/o", b"others too")
    assert linked.get("c/slo").status == 409
    linked.put("c/o", b"bytes of o")
    link(linked, "c/l", "c/p")
    assert linked.get("c/slo").status == 409


@pytest.mark.requirement("S69")
def test_symlinks_that_lead_nowhere_are_no_segments(linked: SwiftClient) -> None:
    link(linked, "c/a", "c/b")
    link(linked, "c/b", "c/a")
    link(linked, "c/n", "c/nothing")
    link(linked, "c/s", "c/o", X_Symlink_Target_Etag=linked.head("c/o")["ETag"])
    linked.put("c/o", b"changed")
    for name in ("a", "n", "s"):
        listed = json.dumps([{"path": f"/c/{name}"}])
        answer = linked.put("c/slo", listed, **PUT, format="json")
        assert (answer.status, linked.get("c/slo").status) == (400, 404)


def test_segments_stay_in_the_account(
    linked: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    other = new_swift_user()
    other.put("c")
    other.put("c/o", b"of another")
    other.post("c", headers={"X-Container-Read": linked.account})
    link(linked, "c/far", "c/o", X_Symlink_Target_Account=other.account)
    assert linked.get("c/far").body == b"of another"
    assert linked.put("c/slo", json.dumps([{"path": "/c/far"}]), **PUT).status == 400


def test_the_parts_of_a_dynamic_large_object_are_as_they_are_stored(large: SwiftClient) -> None:
    link(large, "c/p/1x", "c/o")
    assert large.get("c/dlo").body == b"one,two"


def test_many_deletions_at_once_leave_the_targets(linked: SwiftClient) -> None:
    deleted = linked.post("", "/c/l\n", {"Content-Type": "text/plain"}, **{"bulk-delete": ""})
    assert (deleted.status, linked.names("c")) == (200, ["o"])


def test_the_past_is_restored_with_its_symlinks(linked: SwiftClient) -> None:
    time.sleep(1.1)
    then = time.time()
    linked.put("c/l", b"plain")
    link(linked, "c/o", "c/l")
    restored = linked.pithos.post("c", None, None, restore="", until=f"{then:.3f}")
    assert restored.status in {200, 202, 204}, restored.body
    assert linked.get("c/l").body == b"bytes of o"
    link(linked, "c/l", "c/nothing")
    again = linked.pithos.post("c", None, None, restore="", until=f"{then:.3f}")
    assert again.status == restored.status
    assert linked.head("c/l", **ITSELF)[TARGET] == "c/o"


def test_published_symlinks_show_what_they_are(linked: SwiftClient) -> None:
    linked.pithos.post("c/l", None, {"X-Object-Public": "true"}, update="")
    public = linked.pithos.head("c/l")["X-Object-Public"]
    answer = linked.raw("GET", "/" + public.split("/", 3)[3])
    assert (answer.status, answer.body, answer.get(TARGET)) == (200, b"", None)
