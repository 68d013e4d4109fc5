"""``/v1/AUTH_A``."""

import re
from typing import Any

import pytest

from tests.swift.client import SwiftClient

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")


@pytest.fixture
def full(swift: SwiftClient) -> SwiftClient:
    for name in ("apples", "b-one", "b-two", "b-two-x", "cherries"):
        swift.put(name)
    swift.put("apples/o", b"12345")
    return swift


def test_head_counts_exactly_at_once(full: SwiftClient) -> None:
    head = full.head()
    assert head.status == 204
    assert head["X-Account-Container-Count"] == "5"
    assert head["X-Account-Object-Count"] == "1"
    assert head["X-Account-Bytes-Used"] == "5"


def test_post_merges_and_removes(swift: SwiftClient) -> None:
    one = {"X-Account-Meta-A": "1", "X-Account-Meta-B": "2", "X-Account-Meta-C": "3"}
    assert swift.post(headers=one).status == 204
    two = {"X-Account-Meta-A": "", "X-Remove-Account-Meta-B": "x", "X-Account-Meta-D": "4"}
    assert swift.post(headers=two).status == 204
    meta = swift.head().meta("X-Account-Meta-")
    assert meta == {"X-Account-Meta-C": "3", "X-Account-Meta-D": "4"}


def test_json_entries(full: SwiftClient) -> None:
    entry = full.get(format="json").json[0]
    assert TIME.fullmatch(entry.pop("last_modified"))
    assert entry == {"name": "apples", "count": 1, "bytes": 5}


def test_accept_alone_asks_for_json_or_xml(full: SwiftClient) -> None:
    assert full.get("", {"Accept": "application/json"}).json[0]["name"] == "apples"
    root = full.get("", {"Accept": "application/xml"}).xml
    assert (root.tag, root.get("name")) == ("account", f"AUTH_{full.account}")
    assert [each.findtext("count") for each in root] == ["1", "0", "0", "0", "0"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"prefix": "b-"}, ["b-one", "b-two", "b-two-x"]),
        ({"marker": "b-one", "end_marker": "cherries"}, ["b-two", "b-two-x"]),
        ({"limit": 2}, ["apples", "b-one"]),
        ({"limit": 2, "reverse": "true"}, ["cherries", "b-two-x"]),
        ({"reverse": "on", "marker": "b-two-x", "end_marker": "apples"}, ["b-two", "b-one"]),
        ({"delimiter": "-"}, ["apples", "b-", "cherries"]),
        ({"delimiter": "-", "prefix": "b-"}, ["b-one", "b-two", "b-two-"]),
        ({"delimiter": "-", "marker": "b-"}, ["cherries"]),
        ({"delimiter": "-", "limit": 2}, ["apples", "b-"]),
        ({"delimiter": "-", "marker": "b-one", "limit": 1}, ["b-"]),
        ({"delimiter": "-", "marker": "apples", "end_marker": "b-two"}, ["b-"]),
        ({"delimiter": "-", "prefix": "b-", "marker": "b-two"}, ["b-two-"]),
        ({"delimiter": "-", "reverse": "on"}, ["cherries", "b-", "apples"]),
        ({"delimiter": "-", "reverse": "on", "limit": 2}, ["cherries", "b-"]),
        ({"delimiter": "-", "reverse": "on", "marker": "b-"}, ["apples"]),
        ({"delimiter": "-", "reverse": "on", "prefix": "b-"}, ["b-two-", "b-two", "b-one"]),
        ({"delimiter": "-t", "prefix": "b"}, ["b-one", "b-t"]),
    ],
)
def test_pages(full: SwiftClient, query: dict[str, Any], names: list[str]) -> None:
    assert full.get(**query).lines == names


def test_an_empty_listing(swift: SwiftClient) -> None:
    assert swift.get().status == 204
    assert swift.get(format="json").json == []


def test_stored_metadata_has_the_limits_of_swift(swift: SwiftClient) -> None:
    assert swift.post(headers=_meta(range(90))).status == 204
    assert swift.post(headers={"X-Account-Meta-More": "x"}).status == 400
    assert len(swift.head().meta("X-Account-Meta-")) == 90


def test_metadata_has_at_most_4096_bytes_in_all(swift: SwiftClient) -> None:
    longest = {f"X-Account-Meta-{n:06}": "x" * 250 for n in range(16)}
    assert swift.post(headers=longest).status == 204
    assert swift.post(headers={"X-Account-Meta-A": "1"}).status == 400


def _meta(numbers: range) -> dict[str, str]:
    return {f"X-Account-Meta-K{n}": "v" for n in numbers}


def test_accounts_are_not_made_here(swift: SwiftClient) -> None:
    assert swift.request("PUT").status == 405


@pytest.mark.requirement("S50")
def test_accounts_are_not_deleted_here(box: SwiftClient) -> None:
    assert box.request("DELETE").status == 403
    assert box.anonymous("DELETE").status == 401
    assert box.raw("DELETE", "/v1/AUTH_nobody", None, box.own).status == 403
    assert box.get("").lines == ["c"]
