"""Websites: indexes, the slash behind folders, pages for errors (contract/swift.md, d)."""

import pytest

from tests.api.client import Answer
from tests.swift.client import SwiftClient
from tests.swift.websites.conftest import HTML, INDEX, describe, let_read

WEB = {"X-Web-Mode": "true"}


def see(site: SwiftClient, path: str, **headers: str) -> Answer:
    """What a visitor without a token gets."""
    return site.anonymous("GET", path, {key.replace("_", "-"): headers[key] for key in headers})


def said(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


@pytest.mark.requirement("S70")
def test_an_index_is_shown_for_the_container_and_for_folders(site: SwiftClient) -> None:
    assert said(see(site, "c/")) == (200, INDEX)
    assert said(see(site, "c/docs/")) == (200, b"<p>docs")
    assert said(see(site, "c/index.html")) == (200, INDEX)


@pytest.mark.requirement("S70")
@pytest.mark.parametrize("path", ["c", "c/docs", "c/a", "c/a/deep"])
def test_without_its_slash_a_folder_leads_to_it(site: SwiftClient, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = site.anonymous(method, path, limit=2)
        assert (answer.status, answer["Location"]) == (301, site.url(path) + "/?limit=2")


@pytest.mark.requirement("S70")
def test_every_letter_of_a_folder_comes_back_in_the_location(site: SwiftClient) -> None:
    name = 'c/ä ?#%41//\\"<ü'
    site.put(f"{name}/index.html", b"x", HTML)
    answer = see(site, name)
    assert (answer.status, answer["Location"]) == (301, site.url(name) + "/")
    assert see(site, f"{name}/").body == b"x"


@pytest.mark.requirement("S70")
def test_what_was_asked_of_a_folder_comes_back_in_the_location(site: SwiftClient) -> None:
    for query in ("a=1&a=2&b", "x=%C3%A4%20+%23&y=a/b?c", "?", "x='%22%0D%0A"):
        answer = site.raw("GET", f"{site.url('c/docs')}?{query}", None, {})
        assert (answer.status, answer["Location"]) == (301, f"{site.url('c/docs')}/?{query}")


@pytest.mark.requirement("S70")
def test_a_head_tells_what_a_get_would(site: SwiftClient) -> None:
    for path in ("c/", "c/docs/", "c/a/", "c/nothing", "c/a/b.html"):
        got, told = see(site, path), site.anonymous("HEAD", path)
        assert (told.status, told.body) == (got.status, b"")
        assert [each for each in told.fields if each[0] != "Connection"] == got.fields


@pytest.mark.requirement("S71")
def test_what_is_not_there_is_404_with_the_page_for_it(site: SwiftClient) -> None:
    answer = see(site, "c/nothing", If_None_Match="*", Range="bytes=0-2")
    assert said(answer) == (404, b"<p>nothing here")
    assert (answer["Content-Type"], answer.get("ETag")) == ("text/html; charset=utf-8", None)
    assert said(see(site, "c/nothing/")) == (404, b"<p>nothing here")
    assert answer.get("Last-Modified") is None


@pytest.mark.requirement("S71")
def test_a_listing_that_is_not_for_visitors_is_401_with_the_page_for_it(site: SwiftClient) -> None:
    site.put("c/401error.html", b"<p>not you", HTML)
    let_read(site, ".r:*")
    answer = see(site, "c/a/")
    assert said(answer) == (401, b"<p>not you")
    assert answer["WWW-Authenticate"] == f'Swift realm="AUTH_{site.account}"'


@pytest.mark.requirement("S71")
def test_without_a_page_for_it_an_error_is_as_elsewhere(site: SwiftClient) -> None:
    site.delete("c/404error.html")
    assert "there is no object" in see(site, "c/nothing").body.decode()
    describe(site, error="", index="", listings="")
    assert see(site, "c/nothing").status == 404


@pytest.mark.requirement("S71")
def test_errors_have_pages_also_where_folders_are_not_shown(site: SwiftClient) -> None:
    describe(site, index="", listings="")
    assert said(see(site, "c/nothing")) == (404, b"<p>nothing here")
    let_read(site, ".r:*")
    site.put("c/401error.html", b"<p>not you", HTML)
    assert said(see(site, "c")) == (401, b"<p>not you")


@pytest.mark.requirement("S72")
def test_an_index_that_is_missing_is_404_where_folders_are_not_listed(site: SwiftClient) -> None:
    describe(site, listings="no", error="")
    answer = see(site, "c/a/")
    assert answer.status == 404
    assert "X-Container-Meta-Web-Listings" in answer.body.decode()
    assert see(site, "c/a").status == 404


@pytest.mark.requirement("S73")
def test_only_visitors_see_a_website(site: SwiftClient) -> None:
    assert "index.html" in site.get("c").lines
    assert site.get("c/docs").status == site.get("c/docs/").status == 404
    assert site.get("c/index.html")["Content-Disposition"].startswith("attachment")


@pytest.mark.requirement("S73")
@pytest.mark.parametrize("word", ["true", "True", "1", "yes", "ON", "t", "y"])
def test_who_has_a_token_may_ask_for_it(site: SwiftClient, word: str) -> None:
    assert said(site.get("c/", {"X-Web-Mode": word})) == (200, INDEX)
    assert site.head("c/docs", {"X-Web-Mode": word}).status == 301


@pytest.mark.requirement("S73")
@pytest.mark.parametrize("word", ["false", "", "2", "maybe"])
def test_any_other_word_is_none(site: SwiftClient, word: str) -> None:
    assert "index.html" in site.get("c", {"X-Web-Mode": word}).lines


@pytest.mark.requirement("S73")
def test_a_container_that_is_no_website_is_listed_as_ever(box: SwiftClient) -> None:
    let_read(box, ".r:*,.rlistings")
    box.put("c/o", b"x")
    assert see(box, "c").lines == ["o"]
    assert box.anonymous("HEAD", "c").status == 204
    assert see(box, "c/o/").status == 404
    assert (box.get("c", WEB).status, box.get("c/o", WEB).status) == (404, 200)


@pytest.mark.requirement("S74")
def test_objects_that_stand_for_folders_are_folders(site: SwiftClient) -> None:
    site.put("c/docs", b"", {"Content-Type": "application/directory"})
    site.put("c/empty", b"", {"Content-Type": "text/directory"})
    assert see(site, "c/docs").status == 301
    assert see(site, "c/empty").status == 200
    describe(site, Directory_Type="text/directory")
    assert see(site, "c/empty").status == 404
    assert see(site, "c/docs").status == 200
    assert site.get("c/empty").status == 200


def test_conditions_and_ranges_are_those_of_the_index(site: SwiftClient) -> None:
    etag = see(site, "c/")["ETag"]
    assert see(site, "c/", If_None_Match=etag).status == 304
    assert see(site, "c/", If_Match="0" * 32).status == 412
    part = see(site, "c/", Range="bytes=0-1")
    assert (part.status, part.body) == (206, INDEX[:2])
    assert see(site, "c/", Range="bytes=900-").status == 416
    assert see(site, "c", If_None_Match=etag).status == 301


def test_other_requests_are_as_ever(site: SwiftClient) -> None:
    for method in ("PUT", "POST", "DELETE", "COPY"):
        assert site.anonymous(method, "c/nothing").status == 401
    version = site.head("c/index.html")["X-Object-Version-Id"]
    asked = site.raw("GET", site.url("c/index.html", **{"version-id": version}), None, {})
    assert asked.status == 401
    assert site.anonymous("GET", "c/nothing", format="json").body == b"<p>nothing here"


def test_an_index_may_be_a_large_object(site: SwiftClient) -> None:
    site.put("c/docs/index.html", b"", {"X-Object-Manifest": "c/docs/part", **HTML})
    site.put("c/docs/part1", b"<p>one")
    site.put("c/docs/part2", b" and two")
    assert said(see(site, "c/docs/")) == (200, b"<p>one and two")


def test_info_names_it(site: SwiftClient) -> None:
    assert site.raw("GET", "/info", None, {}).json["staticweb"] == {}


def test_a_write_that_is_refused_tells_no_state_of_an_index(site: SwiftClient) -> None:
    for path in ("c/docs/", "c/docs", "c/nothing"):
        refused = site.put(path, b"", {"If-Match": "0" * 32})
        assert (refused.status, refused.get("ETag")) == (412, None)
    etag = site.head("c/index.html")["ETag"]
    assert site.put("c/index.html", b"", {"If-Match": "0" * 32})["ETag"] == etag
