"""``GET /v1/AUTH_A/C``."""

import re
from typing import Any

import pytest

from tests.swift.client import SwiftClient

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")
NAMES = ["/root", "a", "photos", "photos/", "photos/2001/x", "photos/me", "photos/you", "photos2/b"]


@pytest.fixture
def full(box: SwiftClient) -> SwiftClient:
    for name in NAMES:
        assert box.put(f"c/{name}", b"x").status == 201
    return box


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, NAMES),
        ({"limit": 2}, NAMES[:2]),
        ({"prefix": "photos/"}, NAMES[3:7]),
        ({"prefix": "/"}, ["/root"]),
        ({"end_marker": "photos"}, ["/root", "a"]),
        ({"marker": "a", "end_marker": "photos/me"}, NAMES[2:5]),
        ({"reverse": "true"}, NAMES[::-1]),
        ({"reverse": "true", "limit": 2}, ["photos2/b", "photos/you"]),
        ({"reverse": "true", "marker": "photos", "end_marker": "/root"}, ["a"]),
        ({"reverse": "true", "prefix": "photos/", "limit": 2}, ["photos/you", "photos/me"]),
        # The prefix is taken as it is given.
        ({"delimiter": "/", "prefix": "photos"}, ["photos", "photos/", "photos2/"]),
        ({"delimiter": "/", "prefix": "photos/"}, ["photos/", "photos/2001/", *NAMES[5:7]]),
        ({"delimiter": "/"}, ["/", "a", "photos", "photos/", "photos2/"]),
        ({"delimiter": "/", "marker": "photos/"}, ["photos2/"]),
        ({"delimiter": "/", "limit": 3}, ["/", "a", "photos"]),
        ({"delimiter": "/", "reverse": "yes"}, ["photos2/", "photos/", "photos", "a", "/"]),
        ({"delimiter": "/", "reverse": "yes", "marker": "photos/"}, ["photos", "a", "/"]),
        ({"delimiter": "hot"}, ["/root", "a", "phot"]),
        ({"path": "photos"}, ["photos/me", "photos/you"]),
        ({"path": "photos/"}, ["photos/me", "photos/you"]),
        ({"path": ""}, ["a", "photos", "photos/"]),
        ({"marker": "zzz"}, []),
    ],
    ids=str,
)
def test_pages(full: SwiftClient, query: dict[str, Any], names: list[str]) -> None:
    assert full.names("c", **query) == names
    listed = full.get("c", format="json", **query).json
    assert [each.get("name", each.get("subdir")) for each in listed] == names


def test_json_entries_have_no_metadata(box: SwiftClient) -> None:
    box.put("c/o", b"x", {"X-Object-Meta-A": "b", "Content-Type": "a/b"})
    box.put("c/p/q", b"x")
    entry, folder = box.get("c", format="json", delimiter="/").json
    assert TIME.fullmatch(entry.pop("last_modified"))
    md5 = "9dd4e461268c8034f5c8564e155c67a6"
    assert entry == {"name": "o", "hash": md5, "bytes": 1, "content_type": "a/b"}
    assert folder == {"subdir": "p/"}


def test_every_way_to_a_page_shows_the_same_entries(full: SwiftClient) -> None:
    rising = full.get("c", format="json").json
    assert full.get("c", format="json", reverse="1").json[::-1] == rising
    assert full.get("c", format="json", delimiter="no").json == rising
    assert full.get("c", {"Accept": "application/json, text/plain"}).json == rising


def test_xml(full: SwiftClient) -> None:
    root = full.get("c", format="xml", delimiter="/", prefix="photos").xml
    assert (root.tag, root.get("name")) == ("container", "c")
    assert [each.tag for each in root] == ["object", "subdir", "subdir"]
    assert [each.tag for each in root[0]] == [
        *("name", "hash", "bytes", "content_type", "last_modified")
    ]
    assert (root[1].get("name"), root[1].findtext("name")) == ("photos/", "photos/")


@pytest.mark.parametrize("query", [{}, {"delimiter": "/"}, {"reverse": "true"}], ids=str)
def test_paging_by_the_last_entry_comes_to_an_end(full: SwiftClient, query: dict[str, Any]) -> None:
    found: list[str] = []
    while page := full.names("c", limit=1, marker=found[-1] if found else "", **query):
        found += page
        assert len(found) <= len(NAMES)
    assert found == full.names("c", **query)


@pytest.mark.parametrize("limit", ["0", "-1", "x"])
def test_other_limits_are_the_most_there_is(full: SwiftClient, limit: str) -> None:
    assert full.names("c", limit=limit) == NAMES


def test_the_past_and_filters_of_pithos_work_too(full: SwiftClient) -> None:
    full.post("c/a", headers={"X-Object-Meta-Color": "red", "X-Object-Sharing": "read=olga"})
    assert full.names("c", meta="color") == ["a"]
    assert full.names("c", shared="", reverse="true") == ["a"]
    assert full.get("c", until="9").status == 404


def test_a_falling_search_ends_before_its_end_marker(full: SwiftClient) -> None:
    for name in ("a", "photos", "photos/me"):
        full.post(f"c/{name}", headers={"X-Object-Meta-Color": "red"})
    falling = {"meta": "color", "reverse": "true"}
    assert full.names("c", **falling) == ["photos/me", "photos", "a"]
    assert full.names("c", **falling, end_marker="a") == ["photos/me", "photos"]
    assert full.names("c", **falling, delimiter="/", end_marker="a") == ["photos/", "photos"]


def test_a_marker_inside_a_folder(full: SwiftClient) -> None:
    assert full.names("c", delimiter="/", marker="photos/me") == ["photos2/"]
