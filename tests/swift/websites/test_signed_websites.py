"""Signed URLs of a prefix show pages below it, whose links carry the signature."""

from typing import Any

import pytest

from tests.api.client import Answer
from tests.swift.client import SwiftClient
from tests.swift.signed.test_signed_urls import KEY, LATER, sign
from tests.swift.websites.conftest import HTML, INDEX, describe, let_read
from tests.swift.websites.test_folder_pages import Page

pytestmark = pytest.mark.requirement("S79")


@pytest.fixture
def private(site: SwiftClient) -> SwiftClient:
    """A website that nobody may read, in an account with a key."""
    let_read(site, "")
    site.post(headers={"X-Account-Meta-Temp-URL-Key": KEY})
    return site


def signed(site: SwiftClient, prefix: str, **more: Any) -> dict[str, Any]:
    """The parameters that let anybody read what begins with the prefix."""
    lead = f"ip={more['temp_url_ip_range']}\n" if "temp_url_ip_range" in more else ""
    text = f"{lead}GET\n{LATER}\nprefix:/v1/AUTH_{site.account}/c/{prefix}"
    known = {"temp_url_sig": sign(text), "temp_url_expires": LATER, "temp_url_prefix": prefix}
    return {**known, **more}


def see(site: SwiftClient, path: str, prefix: str, method: str = "GET", **more: Any) -> Answer:
    return site.raw(method, site.url(path, **signed(site, prefix, **more)), None, {})


def follow(site: SwiftClient, place: str, href: str) -> Answer:
    return site.raw("GET", site.url(place) + href.removeprefix("./"), None, {})


def test_a_folder_s_links_carry_the_signature(private: SwiftClient) -> None:
    page = Page(see(private, "c/a/", "a/").body.decode())
    assert [text for _, text in page.links] == ["deep/", "b.html"]
    below = Page(follow(private, "c/a/", page.links[0][0]).body.decode())
    assert [text for _, text in below.links] == ["../", "x.txt"]
    assert follow(private, "c/a/deep/", below.links[1][0]).body == b"x" * 2345
    assert follow(private, "c/a/", page.links[1][0])["Content-Disposition"].startswith("attach")


def test_what_else_was_signed_is_carried_along(private: SwiftClient) -> None:
    more = {"temp_url_ip_range": "127.0.0.0/8", "inline": ""}
    page = Page(see(private, "c/a/", "a/", **more).body.decode())
    assert follow(private, "c/a/", page.links[1][0])["Content-Disposition"] == "inline"
    assert see(private, "c/a/", "a/", temp_url_ip_range="192.0.2.1").status == 401


def test_all_of_a_container_by_a_signature_of_no_prefix(private: SwiftClient) -> None:
    private.delete("c/index.html")
    page = Page(see(private, "c/", "").body.decode())
    assert [text for _, text in page.links] == ["a/", "docs/", "404error.html"]
    below = Page(follow(private, "c/", page.links[0][0]).body.decode())
    assert below.links[0][1] == "../"
    assert see(private, "c/", "", "HEAD").status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("asked", [{"symlink": "get"}, {"symlink": "", "versions": ""}])
def test_a_signature_gives_a_container_s_page_and_nothing_else_of_it(
    private: SwiftClient, method: str, asked: dict[str, str]
) -> None:
    key = "X-Container-Meta-Temp-URL-Key"
    private.post("c", headers={key: "of the container"})
    answer = see(private, "c/", "", method, **asked)
    assert (answer.status, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (answer.get(key), answer.get("X-Container-Object-Count")) == (None, None)
    assert answer.body == (b"" if method == "HEAD" else INDEX)
    describe(private, index="", listings="", error="")
    assert see(private, "c/", "", method, **asked).status == 404


def test_an_index_is_shown_and_not_saved(private: SwiftClient) -> None:
    answer = see(private, "c/docs/", "docs/", filename="x.html")
    assert (answer.status, answer.body) == (200, b"<p>docs")
    assert answer["Content-Disposition"] == "inline"
    assert "allow-same-origin" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_slash_is_told_with_the_signature(private: SwiftClient, method: str) -> None:
    answer = see(private, "c/a", "a", method, filename="ä b")
    assert answer.status == 301
    followed = private.raw("GET", answer["Location"], None, {})
    page = Page(followed.body.decode())
    assert [text for _, text in page.links] == ["deep/", "b.html"]


@pytest.mark.parametrize(
    ("path", "prefix"),
    [("c/", "a/"), ("c", ""), ("c/a/", "a/b"), ("c/docs/", "a/"), ("c/b", "a")],
)
def test_nothing_beside_the_prefix_is_shown(private: SwiftClient, path: str, prefix: str) -> None:
    assert see(private, path, prefix).status == 401


def test_a_signed_object_is_no_folder(private: SwiftClient) -> None:
    text = f"GET\n{LATER}\n/v1/AUTH_{private.account}/c/a/"
    query: dict[str, Any] = {"temp_url_sig": sign(text), "temp_url_expires": LATER}
    assert private.anonymous("GET", "c/a/", **query).status == 404
    text = f"GET\n{LATER}\n/v1/AUTH_{private.account}/c/"
    query = {"temp_url_sig": sign(text), "temp_url_expires": LATER}
    assert private.raw("GET", private.url("c/", **query), None, {}).status == 401


def test_pages_for_errors_are_shown_if_they_are_for_all(private: SwiftClient) -> None:
    assert b"<p>nothing" not in see(private, "c/a/none", "a/").body
    let_read(private, ".r:*")
    answer = see(private, "c/a/none", "a/")
    assert (answer.status, answer.body) == (404, b"<p>nothing here")


def test_a_container_that_is_no_website_is_not_listed(private: SwiftClient) -> None:
    describe(private, index="", listings="", error="")
    assert see(private, "c/", "").status == see(private, "c/a/", "a/").status == 404
    assert see(private, "c/a/b.html", "a/").body == b"<p>b"


def test_a_key_of_the_container_signs_too(private: SwiftClient) -> None:
    private.post(headers={"X-Remove-Account-Meta-Temp-URL-Key": "x"})
    private.post("c", headers={"X-Container-Meta-Temp-URL-Key": KEY})
    assert see(private, "c/a/", "a/").status == 200
    private.put("other")
    private.put("other/part1", b"secret")
    private.put("c/a/index.html", b"", {"X-Object-Manifest": "other/part", **HTML})
    assert see(private, "c/a/", "a/").status == 401


def test_it_is_over_when_it_has_ended_or_the_key_is_another(private: SwiftClient) -> None:
    private.post(headers={"X-Account-Meta-Temp-URL-Key": "another"})
    assert see(private, "c/a/", "a/").status == see(private, "c/", "").status == 401


def test_a_style_sheet_carries_it_where_it_reaches(private: SwiftClient) -> None:
    describe(private, listings_css="a/look.css")
    page = Page(see(private, "c/a/deep/", "a/").body.decode())
    assert page.links[0][0].startswith("./../../a/look.css?temp_url_sig=")
    page = Page(see(private, "c/a/deep/", "a/deep/").body.decode())
    assert page.links[0][0] == "./../../a/look.css"
