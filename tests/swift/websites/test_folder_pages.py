"""Folders without an index: their listing as a page (contract/swift.md, d)."""

from html.parser import HTMLParser
from typing import Any

import pytest

from tests.swift.client import SwiftClient
from tests.swift.websites.conftest import HTML, describe, let_read

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "bdi"),
}


class Page(HTMLParser):
    """The links of a page with their text, and the names of all tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.classes: list[str] = []
        self._href = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        known = dict(attrs)
        assert not [name for name in known if name.startswith("on")]
        if tag == "tr":
            self.classes.append(known.get("class") or "")
        if tag in {"a", "link"}:
            self._href = known["href"] or ""
            self.links.append((self._href, ""))

    def handle_data(self, data: str) -> None:
        if self._href:
            self.links[-1] = (self._href, data)
            self._href = ""


def page(site: SwiftClient, path: str, **query: Any) -> Page:
    answer = site.anonymous("GET", path, **query)
    assert answer.status == 200, answer.body
    assert answer["Content-Type"] == "text/html; charset=UTF-8"
    return Page(answer.body.decode())


@pytest.mark.requirement("S75")
def test_a_folder_is_listed_with_what_is_above_and_below(site: SwiftClient) -> None:
    found = page(site, "c/a/")
    assert found.links == [("../", "../"), ("./deep/", "deep/"), ("./b.html", "b.html")]
    assert found.classes == ["", "item", "item subdir", "item type-text type-html"]
    body = site.anonymous("GET", "c/a/deep/").body.decode()
    assert "<title>Listing of /v1/AUTH_" in body
    assert '<td class="colsize">2.3 KB</td>' in body


@pytest.mark.requirement("S75")
def test_the_container_is_listed_without_a_way_up(site: SwiftClient) -> None:
    site.delete("c/index.html")
    assert [text for _, text in page(site, "c/").links] == ["a/", "docs/", "404error.html"]


@pytest.mark.requirement("S75")
def test_an_empty_container_is_listed_and_an_empty_folder_is_not_there(box: SwiftClient) -> None:
    let_read(box, ".r:*,.rlistings")
    describe(box, listings="true")
    assert page(box, "c/").links == []
    assert box.anonymous("GET", "c/nothing/").status == 404


@pytest.mark.requirement("S75")
def test_a_label_and_a_style_sheet(site: SwiftClient) -> None:
    describe(site, listings_label="example.com", listings_css="look/a.css")
    found = page(site, "c/a/deep/")
    assert found.links[0][0] == "./../../look/a.css"
    assert "style" not in found.tags
    assert b"<title>Listing of example.com/a/deep/</title>" in (
        site.anonymous("GET", "c/a/deep/").body
    )
    for css in ("/v1/AUTH_x/y.css", "https://example.com/a.css"):
        describe(site, listings_css=css)
        assert page(site, "c/a/deep/").links[0][0] == css


@pytest.mark.requirement("S76")
@pytest.mark.parametrize(
    "name",
    [
        "javascript:alert(1)",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onclick='alert(1)",
        "//evil.example.com/x",
        "/absolute",
        "https://evil.example.com",
        "data:text/html,<script>alert(1)</script>",
        "%3Cscript%3E&amp;&lt;?x=1#y",
        "ünï\u2028çode \\ back",
        "</title><script>alert(1)</script>",
        "mailto:a@b.org?subject=x",
    ],
)
def test_links_lead_to_the_object_whatever_it_is_called(box: SwiftClient, name: str) -> None:
    let_read(box, ".r:*,.rlistings")
    describe(box, listings="true")
    box.put(f"c/a/{name}", b"found", {"Content-Type": "text/plain"})
    place = box.url("c/a/")
    for _ in range(name.count("/") + 1):
        found = Page(box.raw("GET", place, None, {}).body.decode())
        assert found.tags <= TAGS
        href = next(href for href, _ in found.links if href != "../")
        assert href.startswith("./")
        place += href[2:]  # urljoin drops one of two slashes, browsers do not
    assert box.raw("GET", place, None, {}).body == b"found"


@pytest.mark.requirement("S76")
def test_a_name_that_turns_letters_round_is_seen_as_itself(site: SwiftClient) -> None:
    site.put("c/a/\u202egpj.exe", b"")
    assert ("./%E2%80%AEgpj.exe", "\ufffdgpj.exe") in page(site, "c/a/").links


@pytest.mark.requirement("S76")
def test_what_an_owner_says_is_text(site: SwiftClient) -> None:
    attack = '"><script>alert(1)</script>'
    describe(site, listings_label=attack, listings_css=attack)
    site.put("c/a/x", b"", {"Content-Type": 'a"><script>/b'})
    found = page(site, "c/a/")
    assert "script" not in found.tags
    assert found.links[0][0] == f"./../{attack}"


@pytest.mark.requirement("S77")
def test_long_folders_come_in_pages(site: SwiftClient) -> None:
    for number in range(5):
        site.put(f"c/many/{number}", b"")
    site.put("c/many/2/x", b"")
    found, seen = page(site, "c/many/", limit=2), []
    while True:
        seen += [text for _, text in found.links if text not in {"../", "Next page", "First page"}]
        after = [href for href, text in found.links if text == "Next page"]
        if not after:
            break
        found = Page(site.raw("GET", site.url("c/many") + after[0][1:], None, {}).body.decode())
    assert sorted(seen) == ["0", "1", "2", "2/", "3", "4"]
    assert ("./?limit=2", "First page") in found.links


@pytest.mark.requirement("S77")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"limit": 10_001}, 401),  # as for a malformed request of anybody without a token
        ({"limit": "x"}, 200),
        ({"limit": -1}, 200),
        ({"marker": "\0"}, 200),
        ({"marker": "zzz"}, 200),
        ({"prefix": "docs/", "delimiter": "x", "format": "json"}, 200),
    ],
)
def test_parameters_that_are_none_are_no_trouble(
    site: SwiftClient, query: dict[str, Any], status: int
) -> None:
    site.delete("c/index.html")
    assert site.anonymous("GET", "c/", **query).status == status


@pytest.mark.requirement("S77")
def test_a_page_that_the_visitor_has_is_304(site: SwiftClient) -> None:
    etag = site.anonymous("GET", "c/a/")["ETag"]
    again = site.anonymous("GET", "c/a/", {"If-None-Match": etag})
    assert (again.status, again.body) == (304, b"")
    site.put("c/a/new", b"")
    assert site.anonymous("GET", "c/a/", {"If-None-Match": etag}).status == 200
    assert site.anonymous("GET", "c/a/", {"If-Match": etag}).status == 412


def test_marks_of_folders_are_shown_once_and_as_folders(site: SwiftClient) -> None:
    mark = {"Content-Type": "application/directory"}
    for name in ("a/", "a/deep", "a/empty"):
        site.put(f"c/{name}", b"", mark)
    hrefs = sorted(href for href, _ in page(site, "c/a/").links)
    assert hrefs == ["../", "./b.html", "./deep/", "./empty/"]


def test_an_index_in_a_folder_comes_before_its_listing(site: SwiftClient) -> None:
    assert site.put("c/a/index.html", b"<p>a", HTML).status == 201
    assert site.anonymous("GET", "c/a/").body == b"<p>a"


def test_names_that_are_too_long_are_just_not_there(site: SwiftClient) -> None:
    describe(site, index="i" * 200)
    assert site.anonymous("GET", "c/" + "x" * 1000).status == 404
    assert site.anonymous("GET", "c/" + "x" * 1023 + "/").status == 404
