"""X-Versions-Enabled, ``?versions`` and ``?version-id`` (contract/swift.md, d)."""

from collections.abc import Callable
from time import sleep, time
from typing import Any

import pytest

from tests.swift.client import SwiftClient, visit

ENABLED = "X-Versions-Enabled"
ID = "X-Object-Version-Id"
DELETED = "application/x-deleted;swift_versions_deleted=1"
VERSIONS: dict[str, Any] = {"versions": "", "format": "json"}


def of(version: str) -> dict[str, Any]:
    return {"version-id": version}


def told(box: SwiftClient, **query: Any) -> list[tuple[str, str, bool]]:
    """Name, version and whether it is the latest, of each entry of a list of versions."""
    listed = box.get("c", **VERSIONS, **query).json
    return [(each["name"], each["version_id"], each["is_latest"]) for each in listed]


@pytest.fixture
def kept(box: SwiftClient) -> SwiftClient:
    """A user with ``c``, which keeps versions."""
    assert box.put("c", headers={ENABLED: "true"}).status == 202
    return box


@pytest.mark.requirement("S36")
def test_it_is_turned_on_and_off(swift: SwiftClient) -> None:
    assert "object_versioning" in swift.raw("GET", "/info").json
    swift.put("plain")
    assert swift.head("plain").get(ENABLED) is None
    assert swift.put("c", headers={ENABLED: "true"}).status == 201
    for value, shown in (("False", "False"), ("TRUE", "True"), ("0", "False"), ("", "False")):
        assert swift.post("c", headers={ENABLED: value}).status == 204
        assert [swift.head("c")[ENABLED], swift.get("c")[ENABLED]] == [shown, shown]
    assert swift.post("c", headers={ENABLED: "maybe"}).status == 400


@pytest.mark.requirement("S37")
def test_versions_are_read_by_their_id(kept: SwiftClient) -> None:
    first, second = kept.put("c/o", b"one"), kept.put("c/o", b"two", {"X-Object-Meta-A": "b"})
    assert first[ID] == first["X-Object-Version"]
    for version, body in ((first[ID], b"one"), (second[ID], b"two")):
        answer = kept.get("c/o", **of(version))
        assert (answer.body, answer[ID]) == (body, version)
        assert kept.head("c/o", **of(version))["Content-Length"] == "3"
    assert kept.get("c/o")[ID] == second[ID]
    assert kept.get("c/o", {"Range": "bytes=1-"}, **of(first[ID])).body == b"ne"
    assert kept.head("c/o", **of(first[ID])).get("X-Object-Meta-A") is None


@pytest.mark.requirement("S38")
def test_a_container_lists_all_versions(kept: SwiftClient) -> None:
    one = kept.put("c/o", b"one")[ID]
    two = kept.put("c/o", b"four", {"Content-Type": "a/b"})[ID]
    gone = kept.delete("c/o")[ID]
    other = kept.put("c/p", b"x")[ID]
    listed = kept.get("c", **VERSIONS).json
    assert told(kept) == [
        ("o", gone, True),
        ("o", two, False),
        ("o", one, False),
        ("p", other, True),
    ]
    marker, second = listed[0], listed[1]
    assert (marker["content_type"], marker["bytes"]) == (DELETED, 0)
    assert marker["hash"] == "d41d8cd98f00b204e9800998ecf8427e"
    assert (second["content_type"], second["bytes"]) == ("a/b", 4)
    assert kept.get("c", versions="true").lines == ["o", "o", "o", "p"]
    xml = kept.get("c", versions="1", format="xml").xml
    assert [each.findtext("version_id") for each in xml] == [gone, two, one, other]
    assert kept.names("c", versions="false") == kept.names("c") == ["p"]


@pytest.mark.requirement("S38")
def test_the_list_comes_in_pages(kept: SwiftClient) -> None:
    for name in ("a", "f/1", "f/2", "g"):
        for _ in range(3):
            kept.put(f"c/{name}", b"x")
    every = told(kept)
    pages: list[tuple[str, str, bool]] = []
    marker: dict[str, str] = {}
    while page := told(kept, limit=2, **marker):
        pages += page
        marker = {"marker": page[-1][0], "version_marker": page[-1][1]}
    assert pages == every
    assert told(kept, marker="f/1") == [each for each in every if each[0] > "f/1"]
    assert told(kept, prefix="f/") == [each for each in every if each[0].startswith("f/")]
    assert told(kept, end_marker="f/2") == every[:6]


@pytest.mark.requirement("S38")
def test_folders_collapse(kept: SwiftClient) -> None:
    for name in ("a", "f/1", "f/2", "f/2", "f0", "g"):
        kept.put(f"c/{name}", b"x")
    folders: dict[str, Any] = {**VERSIONS, "delimiter": "/"}

    def names(**query: Any) -> list[str]:
        return [
            each.get("subdir") or each["name"] for each in kept.get("c", **folders, **query).json
        ]

    assert names() == ["a", "f/", "f0", "g"]
    assert names(limit=2) == ["a", "f/"]
    assert names(marker="f/") == ["f0", "g"]
    assert names(prefix="f/") == ["f/1", "f/2", "f/2"]


@pytest.mark.requirement("S39")
def test_a_version_is_deleted_for_good(kept: SwiftClient) -> None:
    one, two = (kept.put("c/o", body)[ID] for body in (b"one", b"two"))
    deleted = kept.delete("c/o", **of(one))
    assert (deleted.status, deleted[ID]) == (204, one)
    assert kept.get("c/o", **of(one)).status == 404
    assert kept.delete("c/o", **of(one)).status == 404
    assert told(kept) == [("o", two, True)]
    current = kept.delete("c/o", **of(two))
    assert (current.status, current["X-Object-Current-Version-Id"]) == (204, "null")
    assert (kept.get("c/o").status, told(kept)) == (404, [])
    head = kept.head("c")
    assert (head["X-Container-Object-Count"], head["X-Container-Bytes-Used"]) == ("0", "0")


@pytest.mark.requirement("S39")
def test_the_past_has_what_it_had_but_for_a_version_that_was_deleted(kept: SwiftClient) -> None:
    kept.put("c/o", b"one")
    sleep(0.01)
    then = time()
    sleep(0.01)
    two = kept.put("c/o", b"second")[ID]
    assert kept.delete("c/o", **of(two)).status == 204
    past = kept.pithos.head("c", until=f"{then:.6f}")
    assert (past["X-Container-Object-Count"], past["X-Container-Bytes-Used"]) == ("1", "3")
    told = kept.pithos.get("c", changes="", since=f"{then:.6f}", format="json").json
    assert [(each["change"], each["name"]) for each in told] == [("removed", "o")]


@pytest.mark.requirement("S39")
def test_a_deletion_is_a_version_too(kept: SwiftClient) -> None:
    one = kept.put("c/o", b"one")[ID]
    gone = kept.delete("c/o")[ID]
    assert kept.get("c/o", **of(gone)).status == 404
    assert kept.delete("c/o", **of(gone)).status == 204
    assert told(kept) == [("o", one, False)]
    assert (kept.get("c/o").status, kept.get("c/o", **of(one)).body) == (404, b"one")
    assert kept.put("c/o", b"two").status == 201


@pytest.mark.requirement("S40")
def test_a_version_is_restored(kept: SwiftClient) -> None:
    one = kept.put("c/o", b"one", {"X-Object-Meta-A": "b", "Content-Type": "a/b"})[ID]
    kept.put("c/o", b"two")
    kept.delete("c/o")
    restored = kept.put("c/o", b"", **of(one))
    assert restored.status == 201
    now = kept.get("c/o")
    assert (now.body, now["X-Object-Meta-A"], now["Content-Type"]) == (b"one", "b", "a/b")
    assert now[ID] == restored[ID]
    assert len(told(kept)) == 4
    assert kept.put("c/o", b"bytes", **of(one)).status == 400
    assert kept.put("c/o", b"", **of("1")).status == 404


@pytest.mark.requirement("S41")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_what_names_no_version_is_refused(kept: SwiftClient, method: str) -> None:
    one = kept.put("c/o", b"one")[ID]
    expected = {"x": 400, "": 400, "-1": 400, "9" * 30: 400, "null": 404, "0": 404, str(2**62): 404}
    found = {each: kept.request(method, "c/o", None, None, **of(each)).status for each in expected}
    assert found == expected
    other = kept.put("c/p", b"other")[ID]
    assert kept.request(method, "c/o", None, None, **of(other)).status == 404
    assert told(kept) == [("o", one, True), ("p", other, True)]


@pytest.mark.requirement("S41")
def test_no_other_write_is_about_a_version(kept: SwiftClient) -> None:
    one = kept.put("c/o", b"one")[ID]
    kept.put("c/o", b"two")
    assert kept.post("c/o", headers={"X-Object-Meta-A": "b"}, **of(one)).status == 400
    assert kept.request("COPY", "c/o", None, {"Destination": "c/p"}, **of(one)).status == 400
    assert kept.get("c", **VERSIONS, version_marker=one).status == 400
    assert kept.get("c", **VERSIONS, marker="o", version_marker="x").status == 400
    assert kept.get("c", **VERSIONS, reverse="true").status == 400
    assert (kept.get("c/o").body, kept.names("c")) == (b"two", ["o"])


@pytest.mark.requirement("S42")
def test_suspended_versions_stay_and_new_states_overwrite(kept: SwiftClient) -> None:
    one, two = (kept.put("c/o", body)[ID] for body in (b"one", b"two"))
    assert kept.post("c", headers={ENABLED: "false"}).status == 204
    for body in (b"three", b"four"):
        last = kept.put("c/o", body)[ID]
        kept.post("c", headers={ENABLED: "false"})
    assert told(kept) == [("o", last, True), ("o", two, False), ("o", one, False)]
    assert kept.get("c/o", **of(one)).body == b"one"
    gone = kept.delete("c/o")[ID]
    assert told(kept) == [("o", gone, True), ("o", two, False), ("o", one, False)]
    kept.post("c", headers={ENABLED: "true"})
    five, six = (kept.put("c/o", body)[ID] for body in (b"five", b"six"))
    assert [version for _, version, _ in told(kept)] == [six, five, gone, two, one]


@pytest.mark.requirement("S42")
def test_a_folder_s_deletion_keeps_them_too(kept: SwiftClient) -> None:
    one = kept.put("c/f/o", b"one")[ID]
    kept.post("c", headers={ENABLED: "false"})
    folder: dict[str, Any] = {"delimiter": "/"}
    assert kept.pithos.request("DELETE", "c", None, None, **folder).status == 204
    assert kept.get("c/f/o", **of(one)).body == b"one"


@pytest.mark.requirement("S43")
def test_a_container_with_versions_is_not_empty(kept: SwiftClient) -> None:
    one = kept.put("c/o", b"one")[ID]
    kept.delete("c/o")
    assert kept.names("c") == []
    assert kept.delete("c").status == 409
    kept.delete("c/o", **of(one))
    assert kept.delete("c").status == 204


@pytest.mark.requirement("S44")
def test_others_see_no_versions(
    kept: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    one = kept.put("c/o", b"one")[ID]
    kept.put("c/o", b"two")
    reader = new_swift_user()
    rights = {"X-Container-Read": f"{reader.account},.r:*,.rlistings"}
    kept.post("c", headers={**rights, "X-Container-Write": reader.account})
    there = visit(reader, kept)
    assert there.get("c/o").body == b"two"
    asked = [
        there.get("c", **VERSIONS),
        there.get("c/o", **of(one)),
        there.delete("c/o", **of(one)),
    ]
    assert [answer.status for answer in [*asked, there.put("c/o", b"", **of(one))]] == [403] * 4
    assert kept.anonymous("GET", "c", versions="").status == 401
    assert kept.anonymous("GET", "c/o", **of(one)).status == 401
    assert there.post("c", headers={ENABLED: "false"}).status == 403


@pytest.mark.requirement("S45")
def test_all_writes_name_their_version(kept: SwiftClient) -> None:
    kept.put("c/o", b"one")
    copied = kept.request("COPY", "c/o", None, {"Destination": "c/p"})
    put = kept.put("c/q", b"", {"X-Copy-From": "c/o"})
    query: dict[str, Any] = {"multipart-manifest": "put"}
    large = kept.put("c/big", b'[{"path": "c/o"}]', **query)
    for name, answer in (("p", copied), ("q", put), ("big", large)):
        assert kept.head(f"c/{name}")[ID] == answer[ID]
    assert kept.get("c/big", **of(large[ID])).body == b"one"
