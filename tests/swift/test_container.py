"""``/v1/AUTH_A/C``: the container itself."""

import pytest

from tests.swift.client import SwiftClient


def test_put_creates_once(swift: SwiftClient) -> None:
    assert swift.put("c").status == 201
    assert swift.put("c").status == 202


def test_put_and_post_merge_and_remove(box: SwiftClient) -> None:
    one = {"X-Container-Meta-A": "1", "X-Container-Meta-B": "2", "X-Container-Meta-C": "3"}
    assert box.post("c", headers=one).status == 204
    assert box.put("c", headers={"X-Container-Meta-A": "", "X-Container-Meta-D": "4"}).status == 202
    assert box.post("c", headers={"X-Remove-Container-Meta-B": "x"}).status == 204
    meta = box.head("c").meta("X-Container-Meta-")
    assert meta == {"X-Container-Meta-C": "3", "X-Container-Meta-D": "4"}


def test_a_metadata_post_leaves_policies(box: SwiftClient) -> None:
    box.post("c", headers={"X-Container-Policy-Versioning": "none"})
    box.post("c", headers={"X-Container-Meta-A": "1"})
    assert box.head("c")["X-Container-Policy-Versioning"] == "none"


def test_head_counts_exactly_at_once(box: SwiftClient) -> None:
    box.put("c/o", b"12345")
    head = box.head("c")
    assert (head.status, head["X-Container-Object-Count"]) == (204, "1")
    assert head["X-Container-Bytes-Used"] == "5"


def test_a_condition_on_a_date_minds_the_objects(box: SwiftClient) -> None:
    long_ago = {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:01 GMT"}
    box.put("c/o", b"x")
    assert box.get("c", long_ago).status == 200
    assert box.get("c", {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}).status == 304


def test_what_is_not_there(swift: SwiftClient) -> None:
    for method in ("HEAD", "GET", "POST", "DELETE"):
        assert swift.request(method, "none").status == 404


def test_only_an_empty_container_is_deleted(box: SwiftClient) -> None:
    box.put("c/o", b"x")
    assert box.delete("c").status == 409
    box.delete("c/o")
    assert box.delete("c").status == 204


@pytest.mark.parametrize("header", ["X-Container-Sync-Key", "X-Container-Sync-To"])
def test_what_a_container_cannot_do_is_refused_with_a_reason(box: SwiftClient, header: str) -> None:
    for method in ("PUT", "POST"):
        answer = box.request(method, "c", None, {header: "true"})
        assert answer.status == 400
        assert header.encode() in answer.body


def test_stored_metadata_has_the_limits_of_swift(box: SwiftClient) -> None:
    meta = {f"X-Container-Meta-K{n}": "v" for n in range(90)}
    assert box.post("c", headers=meta).status == 204
    assert box.post("c", headers={"X-Container-Meta-More": "x"}).status == 400
    assert box.put("c", headers={"X-Container-Meta-More": "x"}).status == 400
