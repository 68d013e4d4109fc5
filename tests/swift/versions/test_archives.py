"""X-Versions-Location and X-History-Location (contract/swift.md, d)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.swift.client import SwiftClient, visit

STACK, HISTORY = "X-Versions-Location", "X-History-Location"
DELETED = "application/x-deleted;swift_versions_deleted=1"


@pytest.fixture
def stack(box: SwiftClient) -> SwiftClient:
    """A user with ``c``, whose archive is ``old``: a deletion brings back what was there."""
    box.put("old")
    assert box.post("c", headers={STACK: "old"}).status == 204
    return box


@pytest.fixture
def history(box: SwiftClient) -> SwiftClient:
    """The same with an archive that marks deletions."""
    assert box.put("c", headers={HISTORY: "old"}).status == 202
    return box


@pytest.mark.requirement("S46")
def test_they_are_told_and_ended(box: SwiftClient) -> None:
    assert "versioned_writes" in box.raw("GET", "/info").json
    for name, other in ((STACK, HISTORY), (HISTORY, STACK)):
        box.post("c", headers={name: "old%20%C3%A4"})
        head = box.head("c")
        assert (head[name], head.get(other)) == ("old%20%C3%A4", None)
        assert box.post("c", headers={"X-Container-Meta-A": "b"}).status == 204
        assert box.head("c")[name] == "old%20%C3%A4"
    box.post("c", headers={STACK: ""})
    assert [box.head("c").get(name) for name in (STACK, HISTORY)] == [None, None]
    box.post("c", headers={HISTORY: "old"})
    box.post("c", headers={f"X-Remove-{HISTORY[2:]}": "x"})
    assert box.head("c").get(HISTORY) is None


@pytest.mark.requirement("S46")
@pytest.mark.parametrize(
    "headers",
    [
        {STACK: "a", HISTORY: "b"},
        {STACK: "a/b"},
        {STACK: "x" * 257},
        {STACK: "%ff"},
        {STACK: "%00"},
        {STACK: "a", "X-Versions-Enabled": "true"},
    ],
)
def test_what_cannot_be_is_400(box: SwiftClient, headers: dict[str, str]) -> None:
    assert box.post("c", headers=headers).status == 400
    assert [box.head("c").get(name) for name in (STACK, HISTORY)] == [None, None]


@pytest.mark.requirement("S47")
def test_a_stack_gives_back_what_was_there(stack: SwiftClient) -> None:
    for body in (b"one", b"two", b"three"):
        assert stack.put("c/ö", body, {"X-Object-Meta-Body": body.decode()}).status == 201
    names = stack.names("old")
    assert [name[:6] for name in names] == ["002ö/1"] * 2
    assert [stack.get(f"old/{name}").body for name in names] == [b"one", b"two"]
    assert stack.head(f"old/{names[0]}")["X-Object-Meta-Body"] == "one"
    for body in (b"two", b"one"):
        assert stack.delete("c/ö").status == 204
        assert stack.get("c/ö").body == body
    assert (stack.delete("c/ö").status, stack.get("c/ö").status) == (204, 404)
    assert stack.names("old") == []


@pytest.mark.requirement("S48")
def test_a_history_keeps_what_was_deleted(history: SwiftClient) -> None:
    history.put("c/o", b"one")
    history.put("c/o", b"two")
    assert history.delete("c/o").status == 204
    assert history.get("c/o").status == 404
    listed = history.get("old", format="json").json
    assert [each["bytes"] for each in listed] == [3, 3, 0]
    assert listed[-1]["content_type"] == DELETED
    assert history.get(f"old/{listed[1]['name']}").body == b"two"
    assert history.delete("c/o").status == 404


@pytest.mark.requirement("S47", "S48")
def test_copies_and_bulk_deletions_count(history: SwiftClient) -> None:
    history.put("c/o", b"one")
    history.put("c/p", b"two")
    assert history.request("COPY", "c/p", None, {"Destination": "c/o"}).status == 201
    assert history.put("c/o", b"", {"X-Copy-From": "c/p"}).status == 201
    assert len(history.names("old")) == 2
    query: dict[str, Any] = {"bulk-delete": "", "format": "json"}
    assert history.post("", b"/c/o", **query).json["Number Deleted"] == 1
    assert len(history.names("old")) == 4


@pytest.mark.requirement("S47")
def test_who_only_writes_fills_the_archive_too(
    stack: SwiftClient, new_swift_user: Callable[[], SwiftClient]
) -> None:
    writer = new_swift_user()
    stack.post("c", headers={"X-Container-Write": writer.account})
    there = visit(writer, stack)
    for body in (b"one", b"two"):
        assert there.put("c/o", body).status == 201
    assert len(stack.names("old")) == 1
    assert there.delete("c/o").status == 204
    assert stack.get("c/o").body == b"one"
    assert there.get("old").status == 403


@pytest.mark.requirement("S47")
def test_an_archive_costs_no_blocks_and_no_write(stack: SwiftClient) -> None:
    stack.put("c/o", b"x" * 70_000)
    stack.put("c/" + "n" * 1020, b"long")
    assert stack.put("c/" + "n" * 1020, b"longer").status == 201
    stack.post("", headers={"X-Account-Meta-A": "b"})
    assert stack.put("c/o", b"y").status == 201
    (name,) = stack.names("old")
    assert stack.get(f"old/{name}").body == b"x" * 70_000


@pytest.mark.requirement("S47")
def test_a_lost_archive_is_made_anew(stack: SwiftClient) -> None:
    stack.put("c/o", b"one")
    assert stack.delete("old").status == 204
    assert stack.put("c/o", b"two").status == 201
    assert len(stack.names("old")) == 1


@pytest.mark.requirement("S47")
def test_what_the_archive_refuses_is_history_alone(stack: SwiftClient) -> None:
    query: dict[str, Any] = {"multipart-manifest": "put"}
    stack.put("parts")
    stack.put("parts/1", b"part")
    stack.put("c/big", b'[{"path": "parts/1"}]', **query)
    first = stack.head("c/big")["X-Object-Version-Id"]
    stack.delete("parts/1")
    assert stack.put("c/big", b"small").status == 201  # the list cannot be copied any more
    assert (stack.get("c/big").body, stack.names("old")) == (b"small", [])
    version: dict[str, Any] = {"version-id": first}
    assert stack.head("c/big", **version).status == 200
    stack.put("c/o", b"one")
    stack.post("old", headers={"X-Container-Meta-Quota-Count": "1"})
    for body in (b"two", b"three"):
        assert stack.put("c/o", body).status == 201
    assert len(stack.names("old")) == 1


@pytest.mark.requirement("S47")
def test_a_container_may_be_its_own_archive(box: SwiftClient) -> None:
    box.post("c", headers={STACK: "c"})
    for body in (b"one", b"two"):
        assert box.put("c/o", body).status == 201
    assert len(box.names("c")) == 2
    assert box.delete("c/o").status == 204
    assert (box.get("c/o").body, box.names("c")) == (b"one", ["o"])
